package dev.facefuse.engine;

import dev.facefuse.nativelib.ProcessNative;
import dev.facefuse.nativelib.SafetyNet;
import java.util.Arrays;
import org.bytedeco.javacpp.Pointer;

/**
 * Not a test: fuses many times in one process and prints resident memory and times. Arguments: fusions (200).
 *
 * <p>Figures to hold: resident memory after the last within 5 % of after the twentieth; a warm fusion on the 743×1155 template
 * at most 0.35 s on two idle cores.
 */
public final class SoakMain {
    private static final int SETTLED = 20;
    private static final double MEBIBYTE = 1 << 20;
    private static final double MILLI = 1e6;

    private SoakMain() {}

    public static void main(String[] args) {
        int fusions = args.length > 0 ? Integer.parseInt(args[0]) : 200;
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
            print("native objects more than then", (double) (Pointer.totalCount() - openPointers), "");
            print("caught by the safety net", (double) SafetyNet.caught(), "");
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
