package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.LeakTracker;
import dev.facefuse.nativelib.ProcessNative;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Fuses many times in one process. Runs only when asked, {@code -Dfacefuse.soak=1000}; what it prints lies beside its report.
 */
@EnabledIfSystemProperty(named = "facefuse.soak", matches = "[0-9]+")
class SoakTest {
    private static final int SETTLED = 100;
    private static final double MEBIBYTE = 1 << 20;
    private static final double MILLI = 1e6;

    /** Resident memory after the last fusion over after the hundredth. */
    private static final double MOST_GROWTH = 1.02;

    @Test
    void residentMemoryStaysFlat() {
        int fusions = Math.max(SETTLED + 1, Integer.getInteger("facefuse.soak", 1000));
        FuseRequest request = new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, FuseOptions.DEFAULT);
        double[] millis = new double[fusions];
        long settled = 0;
        try (FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
            long openPointers = 0;
            for (int i = 0; i < fusions; i++) {
                long start = System.nanoTime();
                FuseResult result = engine.fuse(request);
                millis[i] = (System.nanoTime() - start) / MILLI;
                if (i == 0) {
                    print("first", millis[i], "ms");
                    result.report().stages().forEach(stage -> print("  " + stage.name(), stage.millis(), "ms"));
                }
                if (i + 1 == SETTLED) {
                    settled = ProcessNative.residentBytes();
                    openPointers = Pointer.totalCount();
                    print("resident after " + SETTLED, settled / MEBIBYTE, "MiB");
                } else if (i > SETTLED && (i + 1) % SETTLED == 0) {
                    print("resident after " + (i + 1), ProcessNative.residentBytes() / MEBIBYTE, "MiB");
                }
                if (i + 1 == fusions) {
                    result.report().stages().forEach(stage -> print("  " + stage.name(), stage.millis(), "ms"));
                }
            }
            long last = ProcessNative.residentBytes();
            print("resident after the last over after " + SETTLED, (double) last / settled, "");
            assertThat((double) last / settled).isLessThan(MOST_GROWTH);
            assertThat(Pointer.totalCount()).as("native objects").isEqualTo(openPointers);
            assertThat(LeakTracker.caught()).as("caught by the safety net").isZero();
        }
        double[] warm = Arrays.copyOfRange(millis, Math.min(SETTLED, fusions - 1), fusions);
        Arrays.sort(warm);
        print("warm fusion, least", warm[0], "ms");
        print("warm fusion, median", warm[warm.length / 2], "ms");
        print("warm fusion, most", warm[warm.length - 1], "ms");
    }

    @SuppressWarnings("SystemOut") // A program for a terminal.
    private static void print(String what, double value, String unit) {
        System.out.printf("%-45s %10.2f %s%n", what, value, unit);
    }
}
