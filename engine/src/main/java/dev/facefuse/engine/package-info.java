/**
 * The way through: a request in, a result out, the steps between them in order. Nothing here touches a pixel or a tensor.
 */
@NullMarked
package dev.facefuse.engine;

import org.jspecify.annotations.NullMarked;
