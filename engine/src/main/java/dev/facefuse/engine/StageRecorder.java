package dev.facefuse.engine;

import dev.facefuse.nativelib.ProcessNative;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** Runs the stages of one fusion in their order and writes down what each took. */
final class StageRecorder {
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<String> names;
    private final ProgressListener progress;
    private final List<Report.Stage> stages = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private final long beforeBytes = ProcessNative.residentBytes();

    /**
     * A recorder before the first stage.
     *
     * @param names of all stages, in their order
     */
    StageRecorder(List<String> names, ProgressListener progress) {
        this.names = names;
        this.progress = progress;
    }

    /** Runs the next stage. */
    <T> T run(String name, Supplier<T> stage) {
        progress.onStage(name, names.indexOf(name), names.size());
        ProcessNative.resetPeak();
        long start = System.nanoTime();
        T result = stage.get();
        stages.add(new Report.Stage(name, millisSince(start), ProcessNative.peakResidentBytes()));
        return result;
    }

    /** Runs the next stage, which has no result. */
    void run(String name, Runnable stage) {
        run(name, () -> {
            stage.run();
            return true;
        });
    }

    double millis() {
        return millisSince(startNanos);
    }

    List<Report.Stage> stages() {
        return List.copyOf(stages);
    }

    /** From before the first stage to now. */
    Report.Memory memory() {
        long peak = stages.stream().mapToLong(Report.Stage::peakBytes).max().orElse(beforeBytes);
        return new Report.Memory(beforeBytes, peak, ProcessNative.residentBytes());
    }

    private static double millisSince(long nanos) {
        return Math.round((System.nanoTime() - nanos) / NANOS_PER_MILLI * 100) / 100.0;
    }
}
