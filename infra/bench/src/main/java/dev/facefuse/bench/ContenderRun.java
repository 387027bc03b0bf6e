package dev.facefuse.bench;

import dev.facefuse.bench.ContenderProcess.Answer;
import dev.facefuse.bench.Contest.Reference;
import dev.facefuse.bench.Result.Memory;
import dev.facefuse.bench.Result.Outcome;
import dev.facefuse.bench.Result.Round;
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

/** One contender in a contest, from its start to its result. If it fails, the others continue. */
final class ContenderRun implements Closeable {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final double NANOS_PER_MILLI = 1e6;

    private final Contender contender;
    private final Dtype dtype;
    private final Consumer<String> progress;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Round> rounds = new ArrayList<>();
    private @Nullable ContenderProcess contestant;
    private String engine = "";
    private Outcome outcome = Outcome.MEASURED;
    private String why = "";
    private boolean peakIsReset;
    private long loadingPeakBytes;
    private double loadMillis;
    private long cpuTicks;

    ContenderRun(Contender contender, Dtype dtype, Consumer<String> progress) {
        this.contender = contender;
        this.dtype = dtype;
        this.progress = progress;
    }

    String name() {
        return contender.name();
    }

    boolean isOriginal() {
        return contender.original();
    }

    boolean hasAnswered() {
        return !answers.isEmpty();
    }

    /** The values of its first round, by stage. */
    Map<String, List<Double>> firstValues() {
        return answers.get(0).values();
    }

    /** Processor time until its last round, loading included. */
    long cpuTicks() {
        return cpuTicks;
    }

    /** Starts the process, if the contender is installed, and stops it until its first round. */
    void take(Path notes, Path logs) throws IOException {
        Optional<String> missing = contender.dtypes().contains(dtype)
                ? contender.missing(notes)
                : Optional.of("not made for " + dtype.jsonName() + " here");
        if (missing.isPresent()) {
            leave(Outcome.MISSING, missing.get());
            return;
        }
        progress.accept("loading " + name());
        List<String> command = new ArrayList<>(contender.launch().command());
        command.addAll(List.of("--precision", dtype.jsonName()));
        Path log = logs.resolve(name() + "-" + dtype.jsonName() + ".log");
        long start = System.nanoTime();
        try {
            ContenderProcess started =
                    ContenderProcess.start(command, contender.launch().environment(), log, LIMIT);
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

    /** Runs the networks once, unless the contender has failed. */
    void run(List<String> stages, boolean counts) throws IOException {
        ContenderProcess running = contestant;
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
     * The result of all rounds. A contender that computed something else has no times.
     *
     * @param reference null if nobody answered
     */
    Result result(List<String> stages, @Nullable Reference reference) throws IOException {
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
        return new Result(
                name(), contender.title(), engine, outcome, why, List.copyOf(rounds), deviations, memory, loadMillis);
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
