/**
 * Faces in a picture: detection, mesh, five points, choosing one, telling whose it is. No fusing here.
 */
@NullMarked
package dev.facefuse.engine.face;

import org.jspecify.annotations.NullMarked;
