/**
 * Keeps secrets, queries and pictures out of the log. Depends on Logback and on no other package of this project. Settings decide
 * which lines are logged and how they look.
 */
@NullMarked
package dev.facefuse.function.logging;

import org.jspecify.annotations.NullMarked;
