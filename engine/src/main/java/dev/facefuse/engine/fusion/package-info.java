/**
 * Fuses two faces: the algorithms of the mesh fusion and of the UNet fusion. No decoding, no blending into the template, no retouching.
 */
@NullMarked
package dev.facefuse.engine.fusion;

import org.jspecify.annotations.NullMarked;
