package dev.facefuse.function.cli;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.problem.ByteFormat;
import java.util.Locale;

/** Formats a benchmark as text. */
final class BenchFormatter {
    private static final String INDENT = "  ";
    private static final double MILLIS = 1000;
    private static final double GIGABYTE = 1e9;

    private BenchFormatter() {}

    static String of(Benchmark benchmark) {
        int rounds = benchmark.workloads().get(0).rounds().size();
        return benchmark.engine().pack() + " on " + benchmark.engine().device() + ", plan " + benchmark.plan()
                + ", results of "
                + benchmark.resolution() + " pixels; " + rounds + (rounds == 1 ? " fusion" : " fusions in a row") + "\n"
                + workloads(benchmark).text(INDENT)
                + "\n\nProcesses like this one that a card has memory for, alone there\n"
                + cards(benchmark).text(INDENT);
    }

    private static Table workloads(Benchmark benchmark) {
        Table table = new Table().row("template", "peak", "after", "median", "±", "one process, fusions a second");
        for (Benchmark.Workload workload : benchmark.workloads()) {
            table.row(
                    workload.name() + " " + workload.width() + "x" + workload.height(),
                    ByteFormat.decimal(workload.peakBytes()),
                    ByteFormat.decimal(workload.afterBytes()),
                    String.format(Locale.ROOT, "%.0f ms", workload.medianMillis()),
                    String.format(Locale.ROOT, "%.0f ms", workload.deviationMillis()),
                    String.format(Locale.ROOT, "%.2f", MILLIS / workload.medianMillis()));
        }
        return table;
    }

    private static Table cards(Benchmark benchmark) {
        Table table = new Table().row("card", "fit", "plan", "each needs");
        for (Diagnostics.Card card : benchmark.cards()) {
            table.row(
                    Math.round(card.bytes() / GIGABYTE) + " GB",
                    Long.toString(card.replicas()),
                    card.plan(),
                    ByteFormat.decimal(card.need()) + " beside CUDA's own and what is left alone");
        }
        return table;
    }
}
