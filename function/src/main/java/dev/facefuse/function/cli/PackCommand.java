package dev.facefuse.function.cli;

import dev.facefuse.engine.pack.ModelPack;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code facefuse pack}: commands for model packs. */
@Command(name = "pack", description = "Checks model packs: pack verify DIR.")
final class PackCommand implements Callable<Integer> {
    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine commandLine = spec == null ? new CommandLine(this) : spec.commandLine();
        throw new ParameterException(commandLine, "Missing required subcommand verify");
    }

    /** {@code facefuse pack verify DIR}. */
    @Command(name = "verify", description = "Compares every file of a pack with its checksum.")
    static final class Verify implements Callable<Integer> {
        private final CliContext context;

        @Parameters(paramLabel = "DIR", description = "The pack's directory, or the name of an embedded one.")
        private String directory = "";

        Verify(CliContext context) {
            this.context = context;
        }

        @Override
        public Integer call() {
            ModelPack pack = ModelPack.find(directory);
            pack.verify();
            context.terminal()
                    .out()
                    .println(directory + ": " + pack.label() + " holds, "
                            + String.join(", ", pack.roles().keySet()));
            return 0;
        }
    }
}
