/**
 * The command line: parses options, reads and writes files, and turns errors into exit codes. {@code Main} is the jar's entry
 * point. Only {@code serve} and {@code work} use Spring. Code that processes pictures belongs to the engine.
 */
@NullMarked
package dev.facefuse.function.cli;

import org.jspecify.annotations.NullMarked;
