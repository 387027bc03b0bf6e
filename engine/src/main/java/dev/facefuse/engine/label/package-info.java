/**
 * Bytes to bytes: what made a picture, written into it so that others can read it, and what its template said of itself, less
 * what a fused picture must not say. Containers and metadata; of pixels only the visible mark.
 */
@NullMarked
package dev.facefuse.engine.label;

import org.jspecify.annotations.NullMarked;
