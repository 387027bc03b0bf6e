/**
 * The function itself, its input and output, and their JSON. The entry points ({@code cli}, {@code http}, {@code lambda}, {@code queue}),
 * storage ({@code storage}) and upload events ({@code events}) have packages of their own. They depend on this package, and it does not
 * depend on them. It translates between them and the engine, and decides nothing about pictures or memory.
 */
@NullMarked
package dev.facefuse.function;

import org.jspecify.annotations.NullMarked;
