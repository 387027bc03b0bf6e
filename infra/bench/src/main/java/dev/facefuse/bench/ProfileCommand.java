package dev.facefuse.bench;

import dev.facefuse.bench.PartTimer.Ceiling;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.ProcessNative;
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
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench profile}: the time of each part of the networks. */
@Command(
        name = "profile",
        description = "Times every part of this project's networks beside what the machine can do at most.",
        sortOptions = false)
final class ProfileCommand implements Callable<Integer> {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int WARM_UP = 2;

    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "10", description = "That count (default: 10).")
    private int rounds;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "(default: 2)")
    private int threads;

    @Override
    public Integer call() throws IOException {
        ProcessNative.setEnvironment("OMP_NUM_THREADS", Integer.toString(threads));
        Libtorch.load();
        Origin origin = options.origin();
        Map<String, Profile> profiles = new LinkedHashMap<>();
        for (Dtype dtype : List.of(Dtype.FLOAT32, Dtype.BFLOAT16)) {
            Path counts = options.file("parts-" + dtype.jsonName() + ".json");
            if (Files.exists(counts)) { // run.sh has not counted what the processor does not compute in.
                Profile profile = profile(dtype, JSON.readValue(counts, PartCounts.class));
                profiles.put(dtype.jsonName(), profile);
            }
        }
        Profile.Report report = new Profile.Report(origin, threads, profiles);
        options.publish("profile", report);
        return 0;
    }

    private Profile profile(Dtype dtype, PartCounts counts) throws IOException {
        Path folder = options.file("ceilings");
        List<Ceiling> ceilings = JSON.readValue(folder.resolve("ceilings.json"), new TypeReference<List<Ceiling>>() {});
        ModelPack pack = ModelPack.open(options.fullPack());
        try (PartTimer timer = new PartTimer(pack, new Inputs(options.inputs()), folder, ceilings, dtype)) {
            counts.parts().stream().map(PartCounts.Part::role).distinct().forEach(timer::add);
            for (int i = 0; i < WARM_UP + rounds; i++) {
                System.err.println(dtype.jsonName() + ": round " + (i + 1) + " of " + (WARM_UP + rounds));
                timer.round(i >= WARM_UP);
            }
            return new Profile(
                    dtype.jsonName(),
                    counts.parts().stream()
                            .map(part -> new Profile.Part(part, timer.millis(part.role() + "." + part.part())))
                            .toList(),
                    ceilings.stream()
                            .map(ceiling -> limit(ceiling, dtype, timer.millis(ceiling.name())))
                            .toList(),
                    counts.torch());
        }
    }

    private static Profile.Limit limit(Ceiling ceiling, Dtype dtype, Spread millis) {
        long elements = ceiling.shape().stream().reduce(1L, (a, b) -> a * b);
        long bytes = ceiling.flop() > 0 ? 0 : 2 * elements * dtype.bytes();
        return new Profile.Limit(ceiling.name(), ceiling.flop(), bytes, millis);
    }
}
