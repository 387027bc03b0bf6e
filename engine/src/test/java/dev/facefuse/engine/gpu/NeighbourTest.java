package dev.facefuse.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.FuseResult;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.nativelib.DeviceMemory;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** Fusions beside another process that takes the card's memory. */
@Tag("gpu")
class NeighbourTest {
    private static final long MEBIBYTE = 1 << 20;
    private static final long[] LEFT_MEBIBYTES = {2048, 1024, 512, 64};

    @Test
    void theNeighbourTakesWhatItIsTold(TestReporter reporter) throws IOException {
        try (Neighbour neighbour = Neighbour.on(Card.device())) {
            long before = neighbour.free();
            long left = before - 160 * MEBIBYTE;
            assertThat(neighbour.leave(left)).isLessThan(left + NeighbourMain.FINE_BYTES);
            new Figures(reporter).record("taken by the neighbour", before - neighbour.free(), "bytes");
        }
    }

    @Test
    void everyFusionSucceedsInWhatANeighbourLeaves(TestReporter reporter) throws IOException {
        Card.require();
        Figures figures = new Figures(reporter);
        DeviceMemory memory = Card.memory();
        try (FuseEngine engine = FuseEngine.open(Card.settings(Plan.RESIDENT))) {
            record("alone", engine.fuse(FusionsTest.REQUEST), figures);
            try (Neighbour neighbour = Neighbour.on(Card.device())) {
                for (long mebibytes : LEFT_MEBIBYTES) {
                    memory.emptyCache();
                    long left = neighbour.leave(mebibytes * MEBIBYTE);
                    figures.record("free, " + mebibytes + " MiB asked for", left, "bytes");
                    FuseResult result = engine.fuse(FusionsTest.REQUEST);
                    record(mebibytes + " MiB left", result, figures);
                    assertThat(result.report().faces().template()).isPositive();
                    if (left < MemorySettings.DEFAULT.reserveBytes() / 2) {
                        assertThat(result.report().plan()).isEqualTo(Plan.HOST.label());
                    }
                }
            }
            record("alone again", engine.fuse(FusionsTest.REQUEST), figures);
        }
    }

    private static void record(String when, FuseResult result, Figures figures) {
        Report report = result.report();
        String how = report.degraded() ? report.plan() + ", degraded" : report.plan();
        figures.record("plan, " + when, how + " (" + report.planReason() + ")");
        figures.record("time, " + when, report.millis(), "ms");
    }
}
