package dev.facefuse.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands of {@code run.sh}. */
@Command(
        name = "bench",
        description = "Measures this project, beside its peers and by itself.",
        mixinStandardHelpOptions = true,
        subcommands = {
            ContestCommand.class,
            ProfileCommand.class,
            FusionCommand.class,
            JmhCommand.class,
            StartCommand.class,
            HttpCommand.class,
            WriteUpCommand.class,
            CheckCommand.class
        })
public final class Main {
    private Main() {}

    /** Runs a command and exits with its code: 1 if what was measured does not hold. */
    public static void main(String[] arguments) {
        // Not a plain return: libtorch's threads are not the JVM's to end.
        System.exit(new CommandLine(new Main()).execute(arguments));
    }
}
