/**
 * The command line: words to options, files to bytes, errors to exit codes. {@code Main} is where the jar starts; Spring is
 * not touched but for {@code serve} and {@code work}. No pictures and no engine here.
 */
@NullMarked
package dev.facefuse.function.cli;

import org.jspecify.annotations.NullMarked;
