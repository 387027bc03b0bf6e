package dev.facefuse.function.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The output of a command.
 *
 * @param out for results, one line each
 * @param err for errors, one line each, and for progress if {@code live}
 * @param live whether {@code err} is a terminal
 * @param debug whether errors are printed with their stack trace
 */
record Terminal(PrintWriter out, PrintWriter err, boolean live, boolean debug) {

    static Terminal ofProcess(PrintWriter out, PrintWriter err) {
        return new Terminal(out, err, isTerminal(), System.getenv("FACEFUSE_DEBUG") != null);
    }

    Terminal withDebug() {
        return new Terminal(out, err, live, true);
    }

    /** Whether standard error is a terminal. Java knows this of standard input and output only, so Linux is asked first. */
    @SuppressWarnings("SystemConsoleNull") // From Java 22 on it is a guess, used only without /proc.
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
