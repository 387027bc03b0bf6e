package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A contest's results in Markdown. */
final class ContestTable {
    private ContestTable() {}

    /** A table for each heat, what was measured on, and how. */
    static String of(Results results) {
        StringBuilder text = new StringBuilder();
        for (Heat heat : results.heats()) {
            text.append("**").append(heat.dtype()).append("**");
            if (heat.skipped().isEmpty()) {
                text.append(", milliseconds; in brackets times facefuse's\n\n")
                        .append(table(heat, results.settings().stages()))
                        .append('\n')
                        .append(notes(heat));
            } else {
                text.append(": ").append(heat.skipped()).append(".\n\n");
            }
        }
        return text.append(how(results)).toString();
    }

    private static MarkdownTable table(Heat heat, List<String> stages) {
        List<String> titles = new ArrayList<>(List.of("contestant", "runs in"));
        titles.addAll(stages);
        titles.addAll(List.of("end to end", "least … most", "peak, MiB", "with loading", "off by"));
        MarkdownTable table = new MarkdownTable(2, titles.toArray(String[]::new));
        Optional<Standing> ours = heat.standings().stream()
                .filter(standing -> standing.name().equals(Roster.OURS) && standing.measured())
                .findFirst();
        heat.standings().forEach(standing -> table.row(row(standing, ours.orElse(standing), stages)));
        return table;
    }

    private static List<String> row(Standing standing, Standing ours, List<String> stages) {
        List<String> cells = new ArrayList<>(List.of(standing.title()));
        if (!standing.measured()) {
            cells.add(standing.outcome().label() + ": " + standing.why());
            while (cells.size() < stages.size() + 7) {
                cells.add("");
            }
            return cells;
        }
        cells.add(standing.engine());
        boolean same = standing.name().equals(ours.name());
        for (String stage : stages) {
            cells.add(
                    compared(standing.millis(stage).median(), ours.millis(stage).median(), same));
        }
        Spread total = standing.totalMillis();
        cells.add(compared(total.median(), ours.totalMillis().median(), same));
        cells.add(Words.number(total.least()) + " … " + Words.number(total.most()));
        cells.add(compared(standing.memory().peakBytes(), ours.memory().peakBytes()));
        cells.add(compared(standing.memory().withLoadingBytes(), ours.memory().withLoadingBytes()));
        cells.add(String.format(
                Locale.ROOT,
                "%.0e",
                standing.deviations().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0)));
        return cells;
    }

    private static String compared(double value, double ours, boolean same) {
        return Words.number(value) + (same ? "" : " (" + Words.times(value / ours) + ")");
    }

    private static String compared(long bytes, long ours) {
        boolean telling = bytes != ours && bytes > 0 && ours > 0;
        return Words.mebibytes(bytes) + (telling ? " (" + Words.times((double) bytes / ours) + ")" : "");
    }

    private static String notes(Heat heat) {
        String text =
                "Off by: the largest ‖difference‖ / ‖reference‖ of a stage's 100 sampled values in any round, against "
                        + heat.reference() + ".";
        Quiet quiet = heat.quiet();
        String others = " Others used " + Words.percent(quiet.othersShare()) + " of the processors meanwhile";
        return text
                + others
                + (quiet.stolenShare() > 0 ? ", the hypervisor took " + Words.percent(quiet.stolenShare()) : "")
                + (quiet.isQuiet() ? ".\n\n" : ": **not a quiet machine**.\n\n");
    }

    private static String how(Results results) {
        ContestSettings settings = results.settings();
        Machine machine = results.machine();
        return "Medians of " + settings.rounds() + " rounds in turn after " + settings.warmUp() + " to warm up, "
                + settings.threads() + " threads. " + machine.processor() + ", " + machine.processors()
                + " processors, " + String.join(", ", machine.extensions()) + "; "
                + (machine.memoryBytes() >> 30) + " GiB; " + machine.java() + "; commit " + results.commit() + ", "
                + results.when().substring(0, 10) + ".\n";
    }
}
