package dev.facefuse.soak;

import dev.facefuse.bench.Format;
import dev.facefuse.bench.HttpReply;
import dev.facefuse.bench.Latencies;
import dev.facefuse.bench.MarkdownTable;
import dev.facefuse.bench.Origin;
import dev.facefuse.soak.Journal.Entry;
import dev.facefuse.soak.Verdict.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A run and its verdict; {@code soak.json} is this record.
 *
 * @param figures that documents quote, by name
 * @param vitals thinned, for plots
 */
record SoakReport(
        Origin origin,
        long seed,
        int actors,
        double seconds,
        boolean holds,
        List<Finding> findings,
        Map<String, String> figures,
        List<Vital> vitals,
        String markdown) {
    private static final int MOST_VITALS = 360;
    private static final double SECONDS_PER_MINUTE = 60;

    static SoakReport of(Origin origin, Soak soak, Observed observed, Verdict verdict) {
        return new SoakReport(
                origin,
                soak.seed(),
                soak.actors(),
                observed.seconds(),
                verdict.holds(),
                verdict.findings(),
                figures(observed, verdict),
                thinned(observed.vitals()),
                verdict(verdict) + "\n" + actors(observed) + "\n" + where(origin, soak, observed));
    }

    private static Map<String, String> figures(Observed observed, Verdict verdict) {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("minutes", minutes(observed));
        figures.put("acts", String.format(Locale.ROOT, "%,d", observed.entries().size()));
        figures.put("faults", Integer.toString(observed.faults().size()));
        figures.put("verdict", verdict.holds() ? "holds" : "does not hold");
        verdict.findings().stream()
                .filter(finding -> finding.what().startsWith("resident memory"))
                .findFirst()
                .ifPresent(finding -> figures.put("memory", finding.said().replaceAll(".*: ([0-9.]+) times", "$1")));
        return figures;
    }

    private static String minutes(Observed observed) {
        return String.format(Locale.ROOT, "%.0f", observed.seconds() / SECONDS_PER_MINUTE);
    }

    private static String lasted(Observed observed) {
        return observed.seconds() < 2 * SECONDS_PER_MINUTE
                ? String.format(Locale.ROOT, "%.0f seconds", observed.seconds())
                : minutes(observed) + " minutes";
    }

    private static List<Vital> thinned(List<Vital> vitals) {
        int step = Math.max(1, (vitals.size() + MOST_VITALS - 1) / MOST_VITALS);
        return IntStream.range(0, vitals.size())
                .filter(i -> i % step == 0)
                .mapToObj(vitals::get)
                .toList();
    }

    private static String verdict(Verdict verdict) {
        MarkdownTable table = new MarkdownTable(3, "what must hold", "", "found");
        verdict.findings()
                .forEach(finding ->
                        table.row(finding.what(), finding.holds() ? "holds" : "**does not**", finding.said()));
        return table.toString();
    }

    private static String actors(Observed observed) {
        Map<String, List<Entry>> byActor = new TreeMap<>();
        for (Entry entry : observed.entries()) {
            byActor.computeIfAbsent(entry.actor(), unused -> new ArrayList<>()).add(entry);
        }
        MarkdownTable table = new MarkdownTable(
                1, "one who", "times", "200", "429", "others", "no answer owed", "200 after, ms", "p99");
        byActor.forEach((actor, entries) -> {
            Latencies fused = Latencies.of(entries.stream()
                    .filter(entry -> entry.status() == HttpReply.OK)
                    .map(Entry::millis)
                    .toList());
            table.row(
                    actor,
                    Integer.toString(entries.size()),
                    count(entries, HttpReply.OK),
                    count(entries, HttpReply.BUSY),
                    Integer.toString((int) entries.stream()
                            .filter(entry -> entry.status() != HttpReply.OK
                                    && entry.status() != HttpReply.BUSY
                                    && entry.status() != Actor.NONE)
                            .count()),
                    count(entries, Actor.NONE),
                    fused.count() == 0 ? "" : Format.number(fused.median()),
                    fused.count() == 0 ? "" : Format.number(fused.p99()));
        });
        return table.toString();
    }

    private static String count(List<Entry> entries, int status) {
        return Long.toString(
                entries.stream().filter(entry -> entry.status() == status).count());
    }

    private static String where(Origin origin, Soak soak, Observed observed) {
        return lasted(observed) + ", " + soak.actors() + " actors at a time, seed " + soak.seed()
                + "; one fusion at a time, two waiting, `-Xmx512m`. " + origin.description();
    }
}
