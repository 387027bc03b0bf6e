/**
 * Two faces in two pictures to one: the Fusion interface and its implementations. No decoding, no retouching.
 */
@NullMarked
package dev.facefuse.engine.fusion;

import org.jspecify.annotations.NullMarked;
