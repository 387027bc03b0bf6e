package dev.facefuse.engine;

import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.Step;
import dev.facefuse.nativelib.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Runs a list of steps once, in its order; measures time and peak memory of each step and tells the progress listener. */
final class StepRunner {
    private static final double NANOS_PER_MILLI = 1e6;

    private final List<Step> steps;
    private final ProgressListener progress;
    private final DeviceMemory memory;
    private final Consumer<String> stepDone;
    private final List<Report.Stage> stages = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private final long beforeBytes;

    /**
     * A runner before the first step.
     *
     * @param memory of the device whose peaks are measured
     * @param stepDone called with the name of each step that has succeeded
     */
    StepRunner(List<Step> steps, ProgressListener progress, DeviceMemory memory, Consumer<String> stepDone) {
        this.steps = List.copyOf(steps);
        this.progress = progress;
        this.memory = memory;
        this.stepDone = stepDone;
        this.beforeBytes = memory.used();
    }

    /** Runs all steps that are needed. */
    void run(FusionContext context) {
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).isNeeded(context)) {
                run(i, context);
            }
        }
    }

    private void run(int index, FusionContext context) {
        Step step = steps.get(index);
        progress.onStage(step.name(), index, steps.size());
        memory.resetPeak();
        long start = System.nanoTime();
        step.run(context);
        Report.Stage ended = new Report.Stage(step.name(), millisSince(start), memory.peak());
        stages.add(ended);
        stepDone.accept(step.name());
        progress.onStageDone(ended);
    }

    /** Milliseconds since before the first step. */
    double millis() {
        return millisSince(startNanos);
    }

    /** The steps that have run. */
    List<Report.Stage> stages() {
        return List.copyOf(stages);
    }

    /** Memory of the device from before the first step to now. */
    Report.Memory memory() {
        long peak = stages.stream().mapToLong(Report.Stage::peakBytes).max().orElse(beforeBytes);
        return new Report.Memory(beforeBytes, peak, memory.used(), memory.reserved());
    }

    private static double millisSince(long nanos) {
        return Math.round((System.nanoTime() - nanos) / NANOS_PER_MILLI * 100) / 100.0;
    }
}
