/**
 * The finish on the CPU: blending, skin smoothing, tone, output resolution.
 */
@NullMarked
package dev.facefuse.engine.retouch;

import org.jspecify.annotations.NullMarked;
