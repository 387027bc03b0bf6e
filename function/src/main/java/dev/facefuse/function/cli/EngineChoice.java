package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import picocli.CommandLine.Option;

/** Which models on which device; shared by every command that needs an engine. */
final class EngineChoice {
    @Option(
            names = "--pack",
            paramLabel = "P",
            defaultValue = "mesh",
            description = "Model pack: the name of an embedded one or a directory (default: mesh).")
    String pack = "mesh";

    @Option(
            names = "--device",
            paramLabel = "D",
            defaultValue = "auto",
            description = "auto, cpu or cuda:0 (default: auto).")
    String device = "auto";

    EngineSettings settings() {
        return EngineSettings.DEFAULT.with(pack, device);
    }
}
