package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whole fusions; {@code fusion.json} is this record.
 *
 * @param psnr of bfloat16's picture against float32's
 */
record FusionReport(Origin origin, int threads, List<Warm> warm, List<CommandLine> commandLine, Psnrs psnr)
        implements Report {
    private static final String FLOAT32 = Dtype.FLOAT32.jsonName();

    /** Stages that crop, run networks and paste. */
    private static final List<String> FUSING = List.of("identity", "shape", "generate", "enhance", "paste");

    /**
     * Fusions in a process that has done some.
     *
     * @param stages milliseconds, medians
     * @param networks milliseconds by role, medians, copies among them
     * @param copyMillis to libtorch and back
     */
    record Warm(String dtype, int rounds, Map<String, Double> stages, Map<String, Double> networks, double copyMillis) {
        /** The networks alone. */
        double networkMillis() {
            return sum(networks) - copyMillis;
        }

        /** Crops, pastes and copies. */
        double aroundMillis() {
            return FUSING.stream()
                            .mapToDouble(stage -> stages.getOrDefault(stage, 0.0))
                            .sum()
                    - networkMillis();
        }

        /** Decoding, finding and comparing faces, encoding. */
        double restMillis() {
            return sum(stages) - networkMillis() - aroundMillis();
        }

        private static double sum(Map<String, Double> millis) {
            return millis.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * A fusion by command line.
     *
     * @param peakBytes of its process's resident memory
     * @param skipped why it was not done; empty if it was
     */
    record CommandLine(String dtype, long peakBytes, double millis, String skipped) {}

    /**
     * Decibels.
     *
     * @param picture over all of it
     * @param face over the pixels that the fusion has changed
     */
    record Psnrs(double picture, double face) {}

    /** In float32; {@code psnr} is bfloat16's picture beside it, over the face. */
    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("psnr", String.format(Locale.ROOT, "%.0f dB", psnr.face()));
        warm.stream()
                .filter(run -> run.dtype().equals(FLOAT32))
                .forEach(run -> figures.put("around", Format.percent(run.aroundMillis() / run.networkMillis())));
        commandLine.forEach(run -> figures.put(
                run.dtype().equals(FLOAT32) ? "peak" : "peak-" + run.dtype(),
                run.skipped().isEmpty() ? Format.gigabytes(run.peakBytes()) : "–"));
        return figures;
    }

    /** In Markdown. */
    @Override
    public String markdown() {
        MarkdownTable table =
                new MarkdownTable(1, "ms", "networks", "crops, pastes, copies", "share", "copies alone", "the rest");
        for (Warm fusion : warm) {
            table.row(
                    fusion.dtype(),
                    Format.number(fusion.networkMillis()),
                    Format.number(fusion.aroundMillis()),
                    Format.percent(fusion.aroundMillis() / fusion.networkMillis()),
                    Format.number(fusion.copyMillis()),
                    Format.number(fusion.restMillis()));
        }
        return table + "\n" + warm.stream().map(FusionReport::stages).collect(Collectors.joining("\n"))
                + "\n" + memory() + "\n"
                + String.format(
                        Locale.ROOT,
                        "The picture of bfloat16 against float32's: %.1f dB PSNR over the face, %.1f dB over all of it.\n",
                        psnr.face(),
                        psnr.picture());
    }

    private static String stages(Warm fusion) {
        return "Stages in " + fusion.dtype() + ", medians of " + fusion.rounds() + ": "
                + fusion.stages().entrySet().stream()
                        .map(stage -> stage.getKey() + " " + Format.number(stage.getValue()))
                        .collect(Collectors.joining(", "))
                + ".\n";
    }

    private MarkdownTable memory() {
        MarkdownTable table = new MarkdownTable(1, "`facefuse fuse`", "peak resident memory, MiB", "s");
        for (CommandLine run : commandLine) {
            if (run.skipped().isEmpty()) {
                table.row(run.dtype(), Format.mebibytes(run.peakBytes()), Format.number(run.millis() / 1000));
            } else {
                table.row(run.dtype() + ": " + run.skipped(), "", "");
            }
        }
        return table;
    }
}
