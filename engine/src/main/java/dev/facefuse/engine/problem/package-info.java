/**
 * What can go wrong, as values: a code, its HTTP status and exit code, a sentence. Knows no other package.
 */
@NullMarked
package dev.facefuse.engine.problem;

import org.jspecify.annotations.NullMarked;
