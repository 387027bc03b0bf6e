/**
 * Errors with a code, an HTTP status, an exit code and a message; warnings; and the ranges of numeric options, which reject other
 * values. This package depends on no other package.
 */
@NullMarked
package dev.facefuse.engine.problem;

import org.jspecify.annotations.NullMarked;
