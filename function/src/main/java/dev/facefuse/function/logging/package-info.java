/**
 * What may be in the log: no secret, no query, no picture. Knows Logback and nothing of the rest. Which lines there are and how they
 * look is for settings.
 */
@NullMarked
package dev.facefuse.function.logging;

import org.jspecify.annotations.NullMarked;
