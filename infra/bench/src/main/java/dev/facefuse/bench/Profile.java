package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The time of each part of the networks, compared with the machine's maximum speed.
 *
 * @param parts in the order in which they run
 */
record Profile(String dtype, List<Part> parts, List<Limit> limits, String torch) {
    private static final double MILLIS = 1e-3;
    private static final double GIGA = 1e9;

    /** A part of a network. */
    record Part(PartCounts.Part counts, Spread millis) {
        String name() {
            return counts.role() + (counts.part().equals("whole") ? "" : ", " + counts.part());
        }
    }

    /**
     * A ceiling that was measured.
     *
     * @param bytes that one run reads and writes; 0 unless that is what it shows
     */
    record Limit(String name, long flop, long bytes, Spread millis) {
        /** From the fastest run: it is a limit. */
        double gigaflopsASecond() {
            return flop / GIGA / (millis.least() * MILLIS);
        }

        double gigabytesASecond() {
            return bytes / GIGA / (millis.least() * MILLIS);
        }
    }

    /** The most operations a second that the machine has shown. */
    double mostGigaflopsASecond() {
        return limits.stream().mapToDouble(Limit::gigaflopsASecond).max().orElse(0);
    }

    /** The most bytes a second that it has shown. */
    double mostGigabytesASecond() {
        return limits.stream().mapToDouble(Limit::gigabytesASecond).max().orElse(0);
    }

    /** Operations a second of all parts together. */
    double gigaflopsASecond() {
        return gigaflopsASecond(parts);
    }

    private static double gigaflopsASecond(List<Part> together) {
        long flop = together.stream().mapToLong(part -> part.counts().flop()).sum();
        return flop / GIGA / (millis(together) * MILLIS);
    }

    private static double millis(List<Part> together) {
        return together.stream().mapToDouble(part -> part.millis().median()).sum();
    }

    /** In Markdown. */
    String markdown() {
        MarkdownTable table = new MarkdownTable(
                1, "part", "GFLOP", "GB moved", "ms", "GFLOP/s", "of the most", "GB/s", "of the most");
        Map<String, List<Part>> roles = new LinkedHashMap<>();
        parts.forEach(part -> roles.computeIfAbsent(part.counts().role(), first -> new ArrayList<>())
                .add(part));
        roles.forEach((role, its) -> {
            its.forEach(part -> table.row(row(part.name(), List.of(part))));
            if (its.size() > 1) {
                table.row(row("**" + role + "**", its));
            }
        });
        table.row(row("**all**", parts));
        return "**" + dtype + "**\n\n" + table + "\n" + most() + "\n" + operators();
    }

    private List<String> row(String name, List<Part> together) {
        long flop = together.stream().mapToLong(part -> part.counts().flop()).sum();
        long bytes = together.stream().mapToLong(part -> part.counts().bytes()).sum();
        double millis = millis(together);
        double flops = gigaflopsASecond(together);
        double transfer = bytes / GIGA / (millis * MILLIS);
        return List.of(
                name,
                Format.number(flop / GIGA),
                Format.number(bytes / GIGA),
                Format.number(millis),
                Format.number(flops),
                Format.percent(flops / mostGigaflopsASecond()),
                Format.number(transfer),
                Format.percent(transfer / mostGigabytesASecond()));
    }

    private String most() {
        List<String> found = new ArrayList<>();
        for (Limit limit : limits) {
            found.add(limit.name() + ": "
                    + (limit.flop() > 0
                            ? Format.number(limit.gigaflopsASecond()) + " GFLOP/s"
                            : Format.number(limit.gigabytesASecond()) + " GB/s"));
        }
        return "The most, in the same run: " + String.join("; ", found) + ".\n";
    }

    private String operators() {
        MarkdownTable table = new MarkdownTable(2, "part", "operator", "calls", "ms", "share");
        for (Part part : parts) {
            for (PartCounts.Operator operator : part.counts().operators()) {
                table.row(
                        part.name(),
                        "`" + operator.name() + "`",
                        Integer.toString(operator.calls()),
                        Format.number(operator.millis()),
                        Format.percent(operator.share()));
            }
        }
        return "<details><summary>By operator (PyTorch " + torch + ", its profiler)</summary>\n\n" + table
                + "\n</details>\n";
    }

    /** All that {@code profile.json} holds. */
    record Report(Origin origin, int threads, Map<String, Profile> profiles) implements dev.facefuse.bench.Report {
        @Override
        public String markdown() {
            return profiles.values().stream()
                    .map(profile -> profile.markdown() + "\n")
                    .collect(Collectors.joining());
        }

        /** {@code of-most}: of the operations a second that the machine has shown, float32, all parts together. */
        @Override
        public Map<String, String> figures() {
            Profile float32 = profiles.get(Dtype.FLOAT32.jsonName());
            return float32 == null
                    ? Map.of()
                    : Map.of(
                            "of-most",
                            Format.wholePercent(float32.gigaflopsASecond() / float32.mostGigaflopsASecond()),
                            "most",
                            Format.number(float32.mostGigaflopsASecond()));
        }
    }
}
