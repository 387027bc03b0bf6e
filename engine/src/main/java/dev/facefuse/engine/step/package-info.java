/**
 * The steps of a fusion, one file each, what they pass on to each other, and what they take of the host's memory. The list of
 * steps, its measuring and the report belong to the engine's root package; algorithms belong to the packages of their subject.
 */
@NullMarked
package dev.facefuse.engine.step;

import org.jspecify.annotations.NullMarked;
