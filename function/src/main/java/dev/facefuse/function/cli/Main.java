package dev.facefuse.function.cli;

import dev.facefuse.function.Engine;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Where the jar starts. */
public final class Main {

    private Main() {}

    /** Runs a command and exits with its code. */
    public static void main(String[] arguments) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        int exitCode = new CommandLineDoor(Engine::open, Terminal.ofProcess(out, err)).run(arguments);
        out.flush();
        err.flush();
        // Not a plain return: libtorch's threads are not the JVM's to end.
        System.exit(exitCode);
    }
}
