package dev.facefuse.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseOptions;
import dev.facefuse.engine.FuseRequest;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.Samples;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.LeakTracker;
import dev.facefuse.nativelib.ProcessNative;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whole fusions, many of them: what they leave, and how long one takes. */
@Tag("gpu")
class FusionsTest {
    static final FuseRequest REQUEST = new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, FuseOptions.DEFAULT);

    /** From the third fusion on libraries have their workspaces, and the governor knows them. */
    private static final int WARM = 3;

    private static final int SETTLED = 100;
    private static final double MOST_GROWTH = 1.05;
    private static final double NANOS_PER_MILLI = 1e6;

    @Test
    void fusionsLeaveTheDeviceAsTheyFoundIt(TestReporter reporter) {
        int fusions = Math.max(WARM + 1, Card.times("fusions", WARM + 5));
        Figures figures = new Figures(reporter);
        DeviceMemory memory = Card.memory();
        long caught = LeakTracker.caught();
        memory.emptyCache();
        long idle = memory.allocated();
        try (FuseEngine engine = FuseEngine.open(Card.settings(Plan.RESIDENT))) {
            long settled = 0;
            long held = 0;
            for (int i = 1; i <= fusions; i++) {
                Report report = engine.fuse(REQUEST).report();
                held = i <= WARM ? memory.allocated() : held;
                settled = i <= SETTLED ? ProcessNative.residentBytes() : settled;
                assertThat(report.degraded()).as(report.planReason()).isFalse();
                assertThat(memory.allocated())
                        .as("allocated after fusion %d", i)
                        .isEqualTo(held);
            }
            figures.record("fused", fusions, "times");
            figures.record("allocated between fusions", held - idle, "bytes");
            recordHeld(memory, figures);
            assertThat(engine.metrics().drifts()).as("drifts").isZero();
            assertThat(engine.metrics().outOfMemory()).as("falls").isZero();
            checkResident(fusions, settled, figures);
        }
        memory.emptyCache();
        assertThat(memory.allocated()).as("allocated when all is closed").isEqualTo(idle);
        assertThat(LeakTracker.caught()).as("caught by the safety net").isEqualTo(caught);
    }

    /** The driver counts more memory for this process than the allocator: CUDA's context and the loaded kernels, too. */
    private static void recordHeld(DeviceMemory memory, Figures figures) {
        if (Card.isThere()) {
            figures.record("held by the allocator", memory.reserved(), "bytes");
            memory.processes().stream()
                    .filter(use -> use.pid() == ProcessHandle.current().pid())
                    .forEach(use -> figures.record("held by this process, says the driver", use.bytes(), "bytes"));
        }
    }

    private static void checkResident(int fusions, long settled, Figures figures) {
        long last = ProcessNative.residentBytes();
        figures.record("resident memory after the last", last, "bytes");
        if (fusions > SETTLED) {
            figures.record("over that after " + SETTLED, (double) last / settled, "×");
            assertThat((double) last / settled).isLessThan(MOST_GROWTH);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(Plan.class)
    void aWarmFusionIsTimed(Plan plan, TestReporter reporter) {
        assumeTrue(Card.isThere() || plan == Plan.HOST, "there is no CUDA device");
        Figures figures = new Figures(reporter);
        long peakBytes = 0;
        double[] millis = new double[Math.max(1, Card.times("timed", 1))];
        try (FuseEngine engine = FuseEngine.open(Card.settings(plan))) {
            for (int i = 1; i < WARM; i++) {
                engine.fuse(REQUEST);
            }
            for (int i = 0; i < millis.length; i++) {
                long start = System.nanoTime();
                FuseResult result = engine.fuse(REQUEST);
                millis[i] = (System.nanoTime() - start) / NANOS_PER_MILLI;
                peakBytes = Math.max(peakBytes, result.report().memory().peakBytes());
                assertThat(result.report().plan())
                        .as(result.report().planReason())
                        .isEqualTo(plan.label());
            }
        }
        Arrays.sort(millis);
        figures.record("a warm fusion, median of " + millis.length, rounded(millis[millis.length / 2]), "ms");
        figures.record(Card.isThere() ? "peak on the device" : "peak resident memory", peakBytes, "bytes");
        figures.record("the fastest", rounded(millis[0]), "ms");
    }

    private static double rounded(double millis) {
        return Math.round(millis * 10) / 10.0;
    }
}
