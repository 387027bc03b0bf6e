package dev.facefuse.engine;

import dev.facefuse.nativelib.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Runs the stages of one fusion in their order and writes down what each took. */
final class StageRecorder {
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<String> names;
    private final ProgressListener progress;
    private final List<Report.Stage> stages = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private final DeviceMemory memory;
    private final Consumer<String> done;
    private final long beforeBytes;

    /**
     * A recorder before the first stage.
     *
     * @param names of all stages, in their order
     * @param memory of the device, whose peaks are recorded
     * @param done told of each stage that ended well
     */
    StageRecorder(List<String> names, ProgressListener progress, DeviceMemory memory, Consumer<String> done) {
        this.names = names;
        this.progress = progress;
        this.memory = memory;
        this.done = done;
        this.beforeBytes = memory.used();
    }

    /** Runs the next stage. Its result is the caller's to close, if it is to be closed; it is closed here if this throws. */
    <T> T run(String name, Supplier<T> stage) {
        progress.onStage(name, names.indexOf(name), names.size());
        memory.resetPeak();
        long start = System.nanoTime();
        T result = stage.get();
        try {
            Report.Stage ended = new Report.Stage(name, millisSince(start), memory.peak());
            stages.add(ended);
            done.accept(name);
            progress.onStageDone(ended);
            return result;
        } catch (Throwable e) {
            close(result, e);
            throw e;
        }
    }

    /** Closes a result that is not returned to a caller. */
    private static void close(Object result, Throwable reason) {
        if (result instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception e) {
                reason.addSuppressed(e);
            }
        }
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
        return new Report.Memory(beforeBytes, peak, memory.used(), memory.reserved());
    }

    private static double millisSince(long nanos) {
        return Math.round((System.nanoTime() - nanos) / NANOS_PER_MILLI * 100) / 100.0;
    }
}
