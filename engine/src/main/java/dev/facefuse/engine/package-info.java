/**
 * The engine's API, and the pipeline behind it: a request in, the list of steps, a result and its report out. Pixels and tensors are
 * handled in the packages below.
 */
@NullMarked
package dev.facefuse.engine;

import org.jspecify.annotations.NullMarked;
