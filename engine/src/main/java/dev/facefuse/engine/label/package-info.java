/**
 * The label of fused pictures: metadata that name the program and the model, a visible mark, and the few metadata that a result inherits
 * from its template. The package changes encoded files; the mark is the only thing that it draws into pixels.
 */
@NullMarked
package dev.facefuse.engine.label;

import org.jspecify.annotations.NullMarked;
