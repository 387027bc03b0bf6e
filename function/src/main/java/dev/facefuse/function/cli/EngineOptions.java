package dev.facefuse.function.cli;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.network.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of all commands that open an engine. */
final class EngineOptions {
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

    @Option(
            names = "--precision",
            paramLabel = "T",
            defaultValue = "auto",
            description = "What large networks compute in: auto, float32, bfloat16 or float16 (default: auto).")
    String precision = "auto";

    @Option(
            names = "--plan",
            paramLabel = "P",
            defaultValue = "auto",
            description = "Fastest plan on a GPU: auto, resident, staged, streamed or host (default: auto).")
    String plan = "auto";

    @Option(names = "--memory-limit", paramLabel = "BYTES", description = MEMORY_LIMIT + " (default: what there is).")
    private @Nullable String memoryLimit;

    /**
     * The engine's settings.
     *
     * @throws dev.facefuse.engine.problem.FuseException {@code bad-request} for an unknown precision or plan, or an invalid limit
     */
    EngineSettings settings() {
        MemorySettings memory = EngineSettings.DEFAULT.memory().withFastest(Plan.parse(plan));
        return EngineSettings.DEFAULT
                .with(pack, device)
                .with(Precision.parse(precision))
                .with(
                        memoryLimit == null
                                ? memory
                                : memory.withHostLimit(ByteCount.parse("--memory-limit", memoryLimit)));
    }
}
