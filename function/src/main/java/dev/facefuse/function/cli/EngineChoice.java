package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which models on which device; shared by every command that needs an engine. */
final class EngineChoice {
    static final String MEMORY_LIMIT = "Most memory that this process may take, such as 700MB or 1GiB";

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

    @Option(names = "--memory-limit", paramLabel = "BYTES", description = MEMORY_LIMIT + " (default: what there is).")
    private @Nullable String memoryLimit;

    EngineSettings settings() {
        EngineSettings chosen = EngineSettings.DEFAULT.with(pack, device);
        return memoryLimit == null
                ? chosen
                : chosen.with(chosen.memory().withHostLimit(ByteCount.parse("--memory-limit", memoryLimit)));
    }
}
