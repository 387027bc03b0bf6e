package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Fusions in a row, the original's way and ours; {@code writeup.json} is this record.
 *
 * @param rounds that count, of each workload
 * @param warmUp fusions of each workload before them
 * @param runs the first is the original, the second does the same work
 * @param cards how many of our processes cards have memory for, as the planner says
 */
record WriteUpReport(
        Origin origin, MachineLoad machineLoad, int threads, int rounds, int warmUp, List<Run> runs, List<Card> cards)
        implements Report {
    private static final double MILLIS = 1000;

    /**
     * One process.
     *
     * @param key what its figures are called by
     * @param memory its resident memory from its start to its end
     */
    record Run(String key, String title, String engine, List<Workload> workloads, List<WatchedProcess.Sample> memory) {
        /** The most in any fusion. */
        long peakBytes() {
            return workloads.stream().mapToLong(Workload::peakBytes).max().orElse(0);
        }
    }

    /** Fusions into one template. */
    record Workload(String name, List<Round> rounds) {
        Spread millis() {
            return Spread.of(rounds.stream().map(Round::millis).toList());
        }

        /** Standard deviation, as a share of the mean. */
        double unsteadiness() {
            double mean = rounds.stream().mapToDouble(Round::millis).average().orElse(0);
            double squares = rounds.stream()
                    .mapToDouble(round -> (round.millis() - mean) * (round.millis() - mean))
                    .sum();
            return rounds.size() < 2 ? 0 : Math.sqrt(squares / (rounds.size() - 1)) / mean;
        }

        long peakBytes() {
            return rounds.stream().mapToLong(Round::peakBytes).max().orElse(0);
        }

        /** Growth of resident memory from the first fusion to the last, in bytes. */
        long growthBytes() {
            return rounds.get(rounds.size() - 1).afterBytes() - rounds.get(0).afterBytes();
        }

        long afterBytes() {
            return rounds.get(rounds.size() - 1).afterBytes();
        }
    }

    /**
     * One fusion.
     *
     * @param peakBytes of the process's resident memory, meanwhile
     * @param afterBytes of it, afterwards
     */
    record Round(double millis, long peakBytes, long afterBytes) {}

    /** As {@code facefuse bench} has it. */
    record Card(long bytes, String plan, long need, long replicas) {}

    @Override
    public String markdown() {
        MarkdownTable table = new MarkdownTable(
                2,
                "",
                "template",
                "peak, MiB",
                "of before",
                "after, MiB",
                "last after less first after, MiB",
                "s a fusion",
                "±",
                "as fast as before");
        for (int r = 0; r < runs.size(); r++) {
            Run run = runs.get(r);
            boolean first = r == 0;
            for (int i = 0; i < run.workloads().size(); i++) {
                Workload before = runs.get(0).workloads().get(i);
                Workload workload = run.workloads().get(i);
                table.row(
                        i == 0 ? run.title() : "",
                        workload.name(),
                        Format.mebibytes(workload.peakBytes()),
                        first ? "" : Format.wholePercent((double) workload.peakBytes() / before.peakBytes()),
                        Format.mebibytes(workload.afterBytes()),
                        signed(workload.growthBytes()),
                        Format.number(workload.millis().median() / MILLIS),
                        Format.percent(workload.unsteadiness()),
                        first
                                ? ""
                                : Format.times(before.millis().median()
                                        / workload.millis().median()));
            }
        }
        return table + "\n" + engines() + "Medians of " + rounds + " fusions in a row after " + warmUp + " to warm up, "
                + threads + " threads. Others used " + Format.percent(machineLoad.othersShare())
                + " of the processors meanwhile, the hypervisor took " + Format.percent(machineLoad.stolenShare())
                + ". "
                + origin.description() + "\n" + replicas();
    }

    private static String signed(long bytes) {
        return String.format(Locale.ROOT, "%+d", Math.round((double) bytes / (1 << 20)));
    }

    private String engines() {
        List<String> all = new ArrayList<>();
        runs.forEach(run -> all.add(run.title() + ": " + run.engine()));
        return String.join("; ", all) + ". ";
    }

    private String replicas() {
        MarkdownTable table =
                new MarkdownTable(1, "card", "processes that fit", "with the plan", "of which each needs");
        cards.forEach(card -> table.row(
                Math.round(card.bytes() / 1e9) + " GB",
                Long.toString(card.replicas()),
                card.plan(),
                Format.gigabytes(card.need())));
        return table.toString();
    }

    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        Run before = runs.get(0);
        for (int r = 0; r < runs.size(); r++) {
            Run run = runs.get(r);
            figures.put(run.key() + "-peak", Format.gigabytes(run.peakBytes()));
            for (int i = 0; i < run.workloads().size(); i++) {
                Workload workload = run.workloads().get(i);
                String prefix = run.key() + "-" + workload.name();
                double median = workload.millis().median();
                figures.put(prefix + "-seconds", Format.number(median / MILLIS) + " s");
                if (r > 0) {
                    double ratio = before.workloads().get(i).millis().median() / median;
                    figures.put(prefix + "-times", String.format(Locale.ROOT, "%.1f×", ratio));
                }
            }
            if (r > 0) {
                figures.put(
                        run.key() + "-of-before", Format.wholePercent((double) run.peakBytes() / before.peakBytes()));
                figures.put(
                        run.key() + "-less", Format.wholePercent(1 - (double) run.peakBytes() / before.peakBytes()));
            }
        }
        return figures;
    }
}
