/**
 * The function and its doors: HTTP, command line. Translates; decides nothing about pictures or memory.
 */
@NullMarked
package dev.facefuse.function;

import org.jspecify.annotations.NullMarked;
