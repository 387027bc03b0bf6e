package dev.facefuse.bench;

import java.util.Locale;
import java.util.Map;

/**
 * The program by command line, from the start of its process to its end, with the embedded pack; {@code start.json} is this record.
 *
 * @param runs that count, after one that extracts the natives
 * @param seconds a run took
 * @param peakBytes of resident memory, in the run that took most
 */
record StartReport(Origin origin, int runs, Spread seconds, long peakBytes) implements Report {
    @Override
    public String markdown() {
        MarkdownTable table = new MarkdownTable(1, "`facefuse fuse`", "s", "least … most", "peak resident memory, MiB")
                .row(
                        "Mona Lisa ← astronaut",
                        Format.number(seconds.median()),
                        Format.number(seconds.least()) + " … " + Format.number(seconds.most()),
                        Format.mebibytes(peakBytes));
        return table + "\nMedian of " + runs + " runs. " + origin.description();
    }

    @Override
    public Map<String, String> figures() {
        return Map.of(
                "seconds", String.format(Locale.ROOT, "%.1f s", seconds.median()),
                "least", String.format(Locale.ROOT, "%.1f", seconds.least()),
                "most", String.format(Locale.ROOT, "%.1f s", seconds.most()));
    }
}
