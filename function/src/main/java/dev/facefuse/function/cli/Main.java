package dev.facefuse.function.cli;

import dev.facefuse.engine.FuseEngine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** The entry point of the jar. */
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = new Cli(FuseEngine::open, Terminal.ofProcess(out, err)).run(arguments);
        out.flush();
        err.flush();
        // A return would wait for libtorch's threads, which the JVM cannot end.
        System.exit(exitCode);
    }
}
