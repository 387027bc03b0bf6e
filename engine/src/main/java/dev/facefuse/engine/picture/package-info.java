/**
 * Decodes and encodes pictures: headers, limits, orientation, alpha, and the adaptive resize. The package knows nothing of faces.
 */
@NullMarked
package dev.facefuse.engine.picture;

import org.jspecify.annotations.NullMarked;
