package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A contest's results in Markdown. */
final class ContestTable {
    private ContestTable() {}

    /** A table for each dtype, then the machine and the settings. */
    static String of(ContestReport results) {
        StringBuilder text = new StringBuilder();
        for (DtypeResults dtypeResults : results.dtypes()) {
            text.append("**").append(dtypeResults.dtype()).append("**");
            if (dtypeResults.skipped().isEmpty()) {
                text.append(", milliseconds; in brackets times facefuse's\n\n")
                        .append(table(dtypeResults, results.settings().stages()))
                        .append('\n')
                        .append(notes(dtypeResults));
            } else {
                text.append(": ").append(dtypeResults.skipped()).append(".\n\n");
            }
        }
        return text.append(how(results)).toString();
    }

    private static MarkdownTable table(DtypeResults dtypeResults, List<String> stages) {
        List<String> titles = new ArrayList<>(List.of("contestant", "runs in"));
        titles.addAll(stages);
        titles.addAll(List.of("end to end", "least … most", "peak, MiB", "with loading", "off by"));
        MarkdownTable table = new MarkdownTable(2, titles.toArray(String[]::new));
        Optional<Result> ours = dtypeResults.results().stream()
                .filter(result -> result.name().equals(Contenders.OURS) && result.measured())
                .findFirst();
        dtypeResults.results().forEach(result -> table.row(row(result, ours.orElse(result), stages)));
        return table;
    }

    private static List<String> row(Result result, Result ours, List<String> stages) {
        List<String> cells = new ArrayList<>(List.of(result.title()));
        if (!result.measured()) {
            cells.add(result.outcome().label() + ": " + result.why());
            while (cells.size() < stages.size() + 7) {
                cells.add("");
            }
            return cells;
        }
        cells.add(result.engine());
        boolean same = result.name().equals(ours.name());
        for (String stage : stages) {
            cells.add(compared(result.millis(stage).median(), ours.millis(stage).median(), same));
        }
        Spread total = result.totalMillis();
        cells.add(compared(total.median(), ours.totalMillis().median(), same));
        cells.add(Format.number(total.least()) + " … " + Format.number(total.most()));
        cells.add(compared(result.memory().peakBytes(), ours.memory().peakBytes()));
        cells.add(compared(result.memory().withLoadingBytes(), ours.memory().withLoadingBytes()));
        cells.add(String.format(
                Locale.ROOT,
                "%.0e",
                result.deviations().values().stream()
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(0)));
        return cells;
    }

    private static String compared(double value, double ours, boolean same) {
        return Format.number(value) + (same ? "" : " (" + Format.times(value / ours) + ")");
    }

    private static String compared(long bytes, long ours) {
        boolean telling = bytes != ours && bytes > 0 && ours > 0;
        return Format.mebibytes(bytes) + (telling ? " (" + Format.times((double) bytes / ours) + ")" : "");
    }

    private static String notes(DtypeResults dtypeResults) {
        String text =
                "Off by: the largest ‖difference‖ / ‖reference‖ of a stage's 100 sampled values in any round, against "
                        + dtypeResults.reference() + ".";
        MachineLoad machineLoad = dtypeResults.machineLoad();
        String others = " Others used " + Format.percent(machineLoad.othersShare()) + " of the processors meanwhile";
        return text
                + others
                + (machineLoad.stolenShare() > 0
                        ? ", the hypervisor took " + Format.percent(machineLoad.stolenShare())
                        : "")
                + (machineLoad.isQuiet() ? ".\n\n" : ": **not a quiet machine**.\n\n");
    }

    private static String how(ContestReport results) {
        ContestSettings settings = results.settings();
        Machine machine = results.origin().machine();
        return "Medians of " + settings.rounds() + " rounds in turn after " + settings.warmUp() + " to warm up, "
                + settings.threads() + " threads. " + machine.processor() + ", " + machine.processors()
                + " processors, " + String.join(", ", machine.extensions()) + "; "
                + (machine.memoryBytes() >> 30) + " GiB; " + results.origin().version();
    }
}
