package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.function.Engine;
import dev.facefuse.function.FuseJson;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code facefuse doctor}: what is loaded and what it runs on. */
@Command(name = "doctor", description = "Shows what is loaded: libraries, devices, memory, packs.", sortOptions = false)
final class DoctorCommand implements Callable<Integer> {
    private final Doors doors;

    @Option(names = "--json", description = "As JSON.")
    private boolean json;

    @Mixin
    private EngineChoice choice = new EngineChoice();

    DoctorCommand(Doors doors) {
        this.doors = doors;
    }

    /** The JSON form. */
    record Findings(EngineInfo engine, List<String> embeddedPacks) {}

    @Override
    public Integer call() {
        EngineSettings settings = choice.settings();
        try (Engine engine = doors.opener().apply(settings)) {
            EngineInfo info = engine.info();
            List<String> packs =
                    List.of(ModelPack.embedded(EngineSettings.DEFAULT.pack()).label());
            doors.terminal()
                    .out()
                    .println(
                            json
                                    ? new String(
                                                    new FuseJson(settings.limits()
                                                                    .maxBytes())
                                                            .indented(new Findings(info, packs)),
                                                    StandardCharsets.UTF_8)
                                            .strip()
                                    : Lines.info(info, packs));
        }
        return 0;
    }
}
