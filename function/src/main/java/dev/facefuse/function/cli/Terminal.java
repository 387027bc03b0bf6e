package dev.facefuse.function.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a command speaks.
 *
 * @param out results, one line each
 * @param err errors, one line each, and progress if {@code live}
 * @param live whether {@code err} is a terminal that somebody may be looking at
 * @param debug whether errors show where they come from
 */
record Terminal(PrintWriter out, PrintWriter err, boolean live, boolean debug) {

    static Terminal ofProcess(PrintWriter out, PrintWriter err) {
        return new Terminal(out, err, isTerminal(), System.getenv("FACEFUSE_DEBUG") != null);
    }

    Terminal withDebug() {
        return new Terminal(out, err, live, true);
    }

    /** Java asks about standard input and output only; Linux tells about standard error as well. */
    @SuppressWarnings("SystemConsoleNull") // From Java 22 on a guess, and only where there is no /proc.
    private static boolean isTerminal() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/fd/2"))
                    .toString()
                    .matches("/dev/(pts/\\d+|tty.*|console)");
        } catch (IOException | UnsupportedOperationException e) {
            return System.console() != null;
        }
    }
}
