package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs contenders in turn. All of them are loaded before the first round. In each round every contender runs once, and the first one
 * changes from round to round. Their outputs are compared in every round.
 */
final class Contest {
    private final ContestSettings settings;
    private final Path notes;
    private final Path logs;
    private final Consumer<String> progress;

    /**
     * A contest.
     *
     * @param notes see {@link Contender#missing}
     * @param logs folder for the standard error of contenders
     * @param progress receives a sentence for each step
     */
    Contest(ContestSettings settings, Path notes, Path logs, Consumer<String> progress) {
        this.settings = settings;
        this.notes = notes;
        this.logs = logs;
        this.progress = progress;
    }

    /**
     * The numbers that every contender must reproduce.
     *
     * @param name of the contender that computed them
     * @param values by stage
     */
    record Reference(String name, Map<String, List<Double>> values) {}

    /** The results in one dtype, and the reference for other dtypes; null if no contender answered. */
    record Held(DtypeResults dtypeResults, @Nullable Reference reference) {}

    /**
     * Runs the contest in one dtype.
     *
     * @param given the reference; null for one of the contestants: the first original one, else the first
     */
    Held hold(List<Contender> contenders, Dtype dtype, @Nullable Reference given) throws IOException {
        Files.createDirectories(logs);
        List<ContenderRun> runs = contenders.stream()
                .map(contender -> new ContenderRun(contender, dtype, progress))
                .toList();
        try {
            for (ContenderRun run : runs) {
                run.take(notes, logs);
            }
            MachineLoad machineLoad = run(runs);
            Reference reference = given == null ? reference(runs, dtype) : given;
            List<Result> results = new ArrayList<>();
            for (ContenderRun run : runs) {
                results.add(run.result(settings.stages(), reference));
            }
            String name = reference == null ? "" : reference.name();
            return new Held(new DtypeResults(dtype.jsonName(), "", name, results, machineLoad), reference);
        } finally {
            for (ContenderRun run : runs) {
                run.close();
            }
        }
    }

    private MachineLoad run(List<ContenderRun> runs) throws IOException {
        MachineLoad.Ticks before = MachineLoad.Ticks.now();
        long theirsBefore = cpuTicks(runs);
        for (int i = 0; i < settings.warmUp() + settings.rounds(); i++) {
            boolean counts = i >= settings.warmUp();
            progress.accept(
                    counts
                            ? "round " + (i + 1 - settings.warmUp()) + " of " + settings.rounds()
                            : "warm-up " + (i + 1) + " of " + settings.warmUp());
            List<ContenderRun> order = new ArrayList<>(runs);
            Collections.rotate(order, -i);
            for (ContenderRun run : order) {
                run.run(settings.stages(), counts);
            }
        }
        return before.until(MachineLoad.Ticks.now(), cpuTicks(runs) - theirsBefore);
    }

    private static long cpuTicks(List<ContenderRun> runs) {
        return runs.stream().mapToLong(ContenderRun::cpuTicks).sum();
    }

    private static @Nullable Reference reference(List<ContenderRun> runs, Dtype dtype) {
        return runs.stream()
                .filter(ContenderRun::hasAnswered)
                .reduce((first, second) -> !first.isOriginal() && second.isOriginal() ? second : first)
                .map(run -> new Reference(run.name() + ", " + dtype.jsonName(), run.firstValues()))
                .orElse(null);
    }
}
