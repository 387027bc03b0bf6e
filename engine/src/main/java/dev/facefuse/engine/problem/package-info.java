/**
 * Errors as values: a code, its HTTP status and exit code, a sentence; and the ranges of numeric options, which refuse other
 * values. Depends on no other package.
 */
@NullMarked
package dev.facefuse.engine.problem;

import org.jspecify.annotations.NullMarked;
