/**
 * The function itself: what it takes, what it gives, its JSON. The doors to it are rooms of their own ({@code cli}, {@code
 * http}, {@code lambda}, {@code queue}), and so are the stores ({@code storage}) and what uploads ask for ({@code events}); they
 * know this package, it does not know them. Translates; decides nothing about pictures or memory.
 */
@NullMarked
package dev.facefuse.function;

import org.jspecify.annotations.NullMarked;
