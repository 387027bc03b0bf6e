package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.picture.ContactSheet;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.storage.OutputFile;
import dev.facefuse.function.storage.Reasons;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facefuse demo}: fuses the two embedded portraits both ways. */
@Command(
        name = "demo",
        description = "Fuses two public-domain portraits both ways: pictures, a side-by-side sheet, a report.",
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private static final String FIRST = "mona-lisa-with-astronaut.jpg";
    private static final String SECOND = "astronaut-with-mona-lisa.png";
    private static final String SHEET = "side-by-side.jpg";
    private static final String REPORT = "report.json";

    private final CliContext context;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            defaultValue = "facefuse-demo",
            description = "Where to write; made if it does not exist (default: facefuse-demo).")
    private Path out = Path.of("facefuse-demo");

    @Mixin
    private EngineOptions engineOptions = new EngineOptions();

    DemoCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        make(out);
        EngineSettings settings = engineOptions.settings();
        byte[] monaLisa = Samples.monaLisa();
        byte[] astronaut = Samples.astronaut();
        try (OutputFile first = OutputFile.open(out.resolve(FIRST));
                OutputFile second = OutputFile.open(out.resolve(SECOND));
                OutputFile sheet = OutputFile.open(out.resolve(SHEET));
                OutputFile json = OutputFile.open(out.resolve(REPORT))) {
            FuseResult one;
            FuseResult other;
            byte[] sideBySide;
            try (Progress loading = new Progress(context.terminal(), "")) {
                loading.say("loading");
                try (FuseEngine engine = context.opener().apply(settings)) {
                    one = fuse(engine, "1 of 2 ", monaLisa, astronaut);
                    other = fuse(engine, "2 of 2 ", astronaut, monaLisa);
                    sideBySide = engine.label(ContactSheet.jpeg(
                            List.of("template", "user", "result"),
                            List.of(
                                    List.of(monaLisa, astronaut, one.picture()),
                                    List.of(astronaut, monaLisa, other.picture()))));
                }
            }
            first.write(one.picture());
            second.write(other.picture());
            sheet.write(sideBySide);
            Map<String, Report> reports = new LinkedHashMap<>();
            reports.put(FIRST, one.report());
            reports.put(SECOND, other.report());
            json.write(new FuseJson(settings.limits().maxBytes()).indented(reports));
            context.terminal().out().println(FuseCommand.resultLine(out.resolve(FIRST), one.report()));
            context.terminal().out().println(FuseCommand.resultLine(out.resolve(SECOND), other.report()));
            context.terminal().out().println(out.resolve(SHEET) + ": template, user and result side by side");
        }
        return 0;
    }

    private FuseResult fuse(FuseEngine engine, String prefix, byte[] template, byte[] user) {
        try (Progress progress = new Progress(context.terminal(), prefix)) {
            return engine.fuse(new FuseRequest(template, user, FuseOptions.DEFAULT), progress);
        }
    }

    private static void make(Path folder) {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new FuseException(
                    ErrorCode.STORAGE_DENIED,
                    folder + " cannot be made (" + Reasons.of(e) + "); name another place with --out.",
                    e);
        }
    }
}
