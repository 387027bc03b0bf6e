package dev.facefuse.function.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.ProfiledRun;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.storage.InputFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facefuse doctor}: shows the engine, the devices and the processes that use their memory, and problems. */
@Command(
        name = "doctor",
        description = "Shows devices and who has their memory, networks and their types, plans, and what is wrong.",
        sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    /** Exit code if there are problems. */
    private static final int PROBLEMS = 1;

    private final CliContext context;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Option(
            names = "--fuse",
            arity = "2",
            paramLabel = "T U",
            hideParamSyntax = true,
            description = "Fuses U's face into T as well and shows what each stage took; writes nothing.")
    private @Nullable List<Path> pictures;

    @Mixin
    private EngineOptions engineOptions = new EngineOptions();

    DoctorCommand(CliContext context) {
        this.context = context;
    }

    /**
     * The JSON form.
     *
     * @param fusion null without {@code --fuse}
     */
    record Findings(
            @JsonUnwrapped Diagnostics diagnosis,
            List<String> embeddedPacks,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            ProfiledRun fusion) {}

    @Override
    public Integer call() {
        EngineSettings settings = engineOptions.settings();
        FuseRequest request = request(settings.limits().maxBytes());
        ProfiledRun fusion;
        Diagnostics diagnosis;
        try (Progress progress = new Progress(context.terminal(), "")) {
            progress.say("loading");
            try (FuseEngine engine = context.opener().apply(settings)) {
                fusion = request == null ? null : engine.rehearse(request, RequestContext.NONE.withProgress(progress));
                diagnosis = engine.diagnose();
            }
        }
        List<String> packs =
                List.of(ModelPack.embedded(EngineSettings.DEFAULT.pack()).label());
        context.terminal()
                .out()
                .println(
                        json
                                ? json(new Findings(diagnosis, packs, fusion), settings)
                                : DoctorFormatter.of(diagnosis, packs, fusion));
        return diagnosis.problems().isEmpty() ? 0 : PROBLEMS;
    }

    private @Nullable FuseRequest request(long maxBytes) {
        List<Path> both = pictures;
        return both == null
                ? null
                : new FuseRequest(
                        InputFile.read(both.get(0), maxBytes),
                        InputFile.read(both.get(1), maxBytes),
                        FuseOptions.DEFAULT);
    }

    private static String json(Findings findings, EngineSettings settings) {
        byte[] text = new FuseJson(settings.limits().maxBytes()).indented(findings);
        return new String(text, StandardCharsets.UTF_8).strip();
    }
}
