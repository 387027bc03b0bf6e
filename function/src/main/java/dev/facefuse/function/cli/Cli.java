package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.Version;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.logging.Redaction;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.TypeConversionException;

/** The command line: runs a command and turns its errors into one sentence and an exit code. */
final class Cli {
    /** Exit code of an error without an {@link ErrorCode}, which is a bug. */
    private static final int UNNAMED = 1;

    private final CliContext context;

    Cli(Function<EngineSettings, FuseEngine> opener, Terminal terminal) {
        this.context = new CliContext(opener, terminal);
    }

    /** Runs a command and returns its exit code. */
    int run(String... arguments) {
        Root root = new Root(context);
        CommandLine commandLine = new CommandLine(root)
                .addSubcommand(FuseCommand.commandLine(context))
                .addSubcommand(new DemoCommand(context))
                .addSubcommand(new ServeCommand(context))
                .addSubcommand(new WorkCommand(context))
                .addSubcommand(new DoctorCommand(context))
                .addSubcommand(new BenchCommand(context))
                .addSubcommand(new CommandLine(new PackCommand()).addSubcommand(new PackCommand.Verify(context)))
                .setOut(context.terminal().out())
                .setErr(context.terminal().err())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .registerConverter(Path.class, Cli::path)
                .registerConverter(FileOrUri.class, FileOrUri::parse)
                .setExecutionStrategy(parsed -> execute(parsed, root))
                .setParameterExceptionHandler((e, args) -> usage(e))
                .setExecutionExceptionHandler((e, command, result) -> failed(e, root.verbose));
        try {
            return commandLine.execute(arguments);
        } catch (OutOfMemoryError e) {
            return failed(
                    new FuseException(
                            ErrorCode.OUT_OF_MEMORY,
                            "The Java heap is too small for these pictures; raise it with -Xmx.",
                            e),
                    root.verbose);
        } catch (Error e) {
            return failed(new IllegalStateException(e), root.verbose);
        }
    }

    private int execute(ParseResult parsed, Root root) {
        ParseResult last = parsed;
        while (last.hasSubcommand()) {
            last = last.subcommand();
        }
        Object command = last.commandSpec().userObject();
        if (!(command instanceof Root || command instanceof ServeCommand || command instanceof WorkCommand)) {
            QuietLogging.configure();
        }
        if (!last.isUsageHelpRequested() && !last.isVersionHelpRequested()) {
            try {
                // This changes the process's environment, so it must come first, while there is one thread.
                FuseEngine.prepareProcess();
            } catch (FuseException e) {
                return failed(e, root.verbose);
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** Converts a file name. Java encodes names in the locale's charset, which is ASCII in the plain C locale. */
    static Path path(String word) {
        try {
            return Path.of(word);
        } catch (InvalidPathException e) {
            throw new TypeConversionException(
                    "this locale cannot name such a file; set LC_ALL=C.UTF-8 or rename the file");
        }
    }

    private int usage(ParameterException e) {
        String name = e.getCommandLine().getCommandSpec().qualifiedName(" ");
        String message = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        say(message.replaceFirst("\\.$", "") + "; see " + name + " --help.");
        return ErrorCode.BAD_REQUEST.exitCode();
    }

    private int failed(Exception e, boolean verbose) {
        if (verbose || context.terminal().debug()) {
            Redaction.of(e).printStackTrace(context.terminal().err());
        }
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof FuseException named) {
                say(named.getMessage());
                return named.code().exitCode();
            }
        }
        say(unnamed(e) + " Run it again with --verbose and report what it says.");
        return UNNAMED;
    }

    private static String unnamed(Exception e) {
        Throwable root = e;
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String message = root.getMessage();
        return (message == null
                        ? root.getClass().getSimpleName()
                        : message.lines().findFirst().orElse("")) + ".";
    }

    private void say(String sentence) {
        context.terminal().err().println("facefuse: " + Redaction.of(sentence));
    }

    /** {@code facefuse} without a command, which serves HTTP. */
    @Command(
            name = "facefuse",
            description = "Fuses the face of one photo into another, in the memory there is.",
            mixinStandardHelpOptions = true,
            scope = ScopeType.INHERIT,
            versionProvider = VersionProvider.class,
            usageHelpAutoWidth = true,
            exitCodeListHeading = "%nExit codes:%n",
            exitCodeList = {
                "0:Done.",
                "1:A defect; please report it. Of doctor: something is wrong.",
                "2:Usage: an option or argument is wrong.",
                "3:Picture or face: damaged, too large, unknown format, no face.",
                "4:Busy, out of memory or out of time.",
                "5:The model pack does not hold.",
                "6:Storage: not found or not permitted.",
                "7:The native libraries cannot be extracted or loaded."
            })
    private static final class Root implements Callable<Integer> {
        private final CliContext context;

        @Mixin
        private ServerOptions options = new ServerOptions();

        @Option(names = "--verbose", scope = ScopeType.INHERIT, description = "Errors show where they come from.")
        private boolean verbose;

        Root(CliContext context) {
            this.context = context;
        }

        @Override
        public Integer call() throws InterruptedException {
            return ServeCommand.serve(context, options);
        }
    }

    /** {@code facefuse 0.1.0}. */
    static final class VersionProvider implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"facefuse " + Version.current()};
        }
    }
}
