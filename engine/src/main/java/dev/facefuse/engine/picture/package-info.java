/**
 * Bytes to pixels and back: headers, limits, orientation, alpha, the adaptive resize. No faces here.
 */
@NullMarked
package dev.facefuse.engine.picture;

import org.jspecify.annotations.NullMarked;
