package dev.facefuse.bench;

import dev.facefuse.bench.Contest.Reference;
import dev.facefuse.bench.Standing.Memory;
import dev.facefuse.bench.Standing.Outcome;
import dev.facefuse.bench.Standing.Round;
import dev.facefuse.nativelib.Dtype;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An entrant's place in a heat, whether it can take it or not. A contestant that fails leaves the others to go on. */
final class Seat implements Closeable {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Entrant entrant;
    private final Dtype dtype;
    private final Consumer<String> progress;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private @Nullable Contestant contestant;
    private String engine = "";
    private Outcome outcome = Outcome.MEASURED;
    private String why = "";
    private boolean peakIsReset;
    private long loadingPeakBytes;
    private double loadMillis;
    private long cpuTicks;

    Seat(Entrant entrant, Dtype dtype, Consumer<String> progress) {
        this.entrant = entrant;
        this.dtype = dtype;
        this.progress = progress;
    }

    String name() {
        return entrant.name();
    }

    boolean isOriginal() {
        return entrant.original();
    }

    boolean hasAnswered() {
        return !answers.isEmpty();
    }

    /** What it computed first, by stage. */
    Map<String, List<Double>> firstValues() {
        return answers.get(0).values();
    }

    /** Processor time of the contestant up to its last turn, its loading included. */
    long cpuTicks() {
        return cpuTicks;
    }

    /** Starts the contestant, if it is there to be started, and stops it until its first turn. */
    void take(Path notes, Path logs) throws IOException {
        Optional<String> missing = entrant.dtypes().contains(dtype)
                ? entrant.missing(notes)
                : Optional.of("not made for " + dtype.jsonName() + " here");
        if (missing.isPresent()) {
            leave(Outcome.MISSING, missing.get());
            return;
        }
        progress.accept("loading " + name());
        List<String> command = new ArrayList<>(entrant.launch().command());
        command.addAll(List.of("--precision", dtype.jsonName()));
        Path log = logs.resolve(name() + "-" + dtype.jsonName() + ".log");
        long start = System.nanoTime();
        try {
            Contestant started = Contestant.start(command, entrant.launch().environment(), log, LIMIT);
            contestant = started;
            loadMillis = (System.nanoTime() - start) / NANOS_PER_MILLI;
            engine = started.engine();
            ProcessFigures loaded = ProcessFigures.of(started.pid());
            cpuTicks = loaded.cpuTicks();
            loadingPeakBytes = loaded.peakBytes();
            peakIsReset = ProcessFigures.resetPeak(started.pid());
            started.pause();
        } catch (IOException e) {
            leave(Outcome.FAILED, e.getMessage());
        }
    }

    /** Its turn, if it is still there. */
    void run(List<String> stages, boolean counts) throws IOException {
        Contestant running = contestant;
        if (running == null) {
            return;
        }
        try {
            running.resume();
            long before = ProcessFigures.of(running.pid()).cpuTicks();
            Answer answer = running.run();
            cpuTicks = ProcessFigures.of(running.pid()).cpuTicks();
            running.pause();
            require(answer, stages);
            answers.add(answer);
            Round round = new Round(answer.millis(), (cpuTicks - before) * ProcessFigures.TICK_MILLIS);
            progress.accept(String.format(Locale.ROOT, "  %s: %.0f ms", name(), round.totalMillis()));
            if (counts) {
                rounds.add(round);
            }
        } catch (IOException e) {
            leave(Outcome.FAILED, e.getMessage());
        }
    }

    private static void require(Answer answer, List<String> stages) throws IOException {
        for (String stage : stages) {
            if (!answer.millis().containsKey(stage) || !answer.values().containsKey(stage)) {
                throw new IOException("It says nothing of " + stage);
            }
        }
    }

    private void leave(Outcome how, @Nullable String reason) throws IOException {
        outcome = how;
        why = reason == null ? "no reason given" : reason;
        progress.accept(name() + ": " + why);
        rounds.clear();
        answers.clear();
        close();
    }

    /**
     * How it fared in the end. Times of whoever computed something else are not told.
     *
     * @param reference null if nobody answered
     */
    Standing standing(List<String> stages, @Nullable Reference reference) throws IOException {
        Map<String, Double> deviations = new LinkedHashMap<>();
        if (reference != null && hasAnswered()) {
            stages.forEach(stage -> deviations.put(stage, deviation(stage, reference)));
        }
        Memory memory = memory();
        List<String> wrong = deviations.entrySet().stream()
                .filter(entry -> entry.getValue() > Deviation.most(dtype))
                .map(entry -> String.format(Locale.ROOT, "%s is off by %.1e", entry.getKey(), entry.getValue()))
                .toList();
        if (!wrong.isEmpty()) {
            leave(Outcome.WRONG, String.join(", ", wrong));
        }
        return new Standing(
                name(), entrant.title(), engine, outcome, why, List.copyOf(rounds), deviations, memory, loadMillis);
    }

    private double deviation(String stage, Reference reference) {
        List<Double> expected = reference.values().getOrDefault(stage, List.of());
        return answers.stream()
                .mapToDouble(answer -> Deviation.between(answer.values().getOrDefault(stage, List.of()), expected))
                .max()
                .orElse(Double.POSITIVE_INFINITY);
    }

    private Memory memory() throws IOException {
        if (contestant == null) {
            return Memory.UNKNOWN;
        }
        long peak = ProcessFigures.of(contestant.pid()).peakBytes();
        return new Memory(peakIsReset ? peak : 0, Math.max(peak, loadingPeakBytes));
    }

    /** Ends the contestant. */
    @Override
    public void close() throws IOException {
        if (contestant != null) {
            contestant.close();
            contestant = null;
        }
    }
}
