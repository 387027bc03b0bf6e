/**
 * The governor: knows bytes, permits and plans, not pictures.
 */
@NullMarked
package dev.facefuse.engine.memory;

import org.jspecify.annotations.NullMarked;
