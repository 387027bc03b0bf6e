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
 * Contestants that run in turn. All of them are loaded before the first round; in each round everybody runs once, and who begins
 * changes from round to round. Their numbers are compared in every round.
 */
final class Contest {
    private final ContestSettings settings;
    private final Path notes;
    private final Path logs;
    private final Consumer<String> progress;

    /**
     * A contest.
     *
     * @param notes see {@link Entrant#missing}
     * @param logs folder for what contestants say beside answers
     * @param progress told in sentences
     */
    Contest(ContestSettings settings, Path notes, Path logs, Consumer<String> progress) {
        this.settings = settings;
        this.notes = notes;
        this.logs = logs;
        this.progress = progress;
    }

    /**
     * The numbers that everybody has to agree with.
     *
     * @param name whose they are
     * @param values by stage
     */
    record Reference(String name, Map<String, List<Double>> values) {}

    /** What came of a heat, and its numbers for other heats; null if nobody gave any. */
    record Held(Heat heat, @Nullable Reference reference) {}

    /**
     * Holds it in one dtype.
     *
     * @param given the reference; null for one of the contestants: the first original one, else the first
     */
    Held hold(List<Entrant> entrants, Dtype dtype, @Nullable Reference given) throws IOException {
        Files.createDirectories(logs);
        List<Seat> seats = entrants.stream()
                .map(entrant -> new Seat(entrant, dtype, progress))
                .toList();
        try {
            for (Seat seat : seats) {
                seat.take(notes, logs);
            }
            Quiet quiet = run(seats);
            Reference reference = given == null ? reference(seats, dtype) : given;
            List<Standing> standings = new ArrayList<>();
            for (Seat seat : seats) {
                standings.add(seat.standing(settings.stages(), reference));
            }
            String name = reference == null ? "" : reference.name();
            return new Held(new Heat(dtype.jsonName(), "", name, standings, quiet), reference);
        } finally {
            for (Seat seat : seats) {
                seat.close();
            }
        }
    }

    private Quiet run(List<Seat> seats) throws IOException {
        Quiet.Ticks before = Quiet.Ticks.now();
        long theirsBefore = cpuTicks(seats);
        for (int i = 0; i < settings.warmUp() + settings.rounds(); i++) {
            boolean counts = i >= settings.warmUp();
            progress.accept(
                    counts
                            ? "round " + (i + 1 - settings.warmUp()) + " of " + settings.rounds()
                            : "warm-up " + (i + 1) + " of " + settings.warmUp());
            List<Seat> order = new ArrayList<>(seats);
            Collections.rotate(order, -i);
            for (Seat seat : order) {
                seat.run(settings.stages(), counts);
            }
        }
        return before.until(Quiet.Ticks.now(), cpuTicks(seats) - theirsBefore);
    }

    private static long cpuTicks(List<Seat> seats) {
        return seats.stream().mapToLong(Seat::cpuTicks).sum();
    }

    private static @Nullable Reference reference(List<Seat> seats, Dtype dtype) {
        return seats.stream()
                .filter(Seat::hasAnswered)
                .reduce((first, second) -> !first.isOriginal() && second.isOriginal() ? second : first)
                .map(seat -> new Reference(seat.name() + ", " + dtype.jsonName(), seat.firstValues()))
                .orElse(null);
    }
}
