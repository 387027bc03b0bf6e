package dev.facefuse.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A server under load; {@code http.json} is this record.
 *
 * @param seconds each load lasted
 * @param pauseMillis of a client between an answer and its next request, on average
 * @param warmMillis a fusion of one client that has the server to itself, from request to answer
 */
record HttpReport(Origin origin, int seconds, int pauseMillis, Latencies warmMillis, List<Load> loads)
        implements Report {
    private static final double MILLIS_PER_SECOND = 1000;
    private static final int PERMITS = 1;

    /** Whether no request was lost, and each had a result or a refusal. */
    boolean isGood() {
        return loads.stream().allMatch(Load::isGood);
    }

    /** Results per second, relative to permits ÷ warm time. */
    double throughput(Load load) {
        return load.resultsPerSecond() * warmMillis.median() / MILLIS_PER_SECOND / PERMITS;
    }

    /** {@code warm}; of each load {@code CLIENTS-UPLOAD-…}: {@code throughput}, {@code answers}, {@code median} and {@code p99}. */
    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        figures.put("warm", String.format(Locale.ROOT, "%.2f s", warmMillis.median() / MILLIS_PER_SECOND));
        for (Load load : loads) {
            String name = load.clients() + "-" + load.upload().name().toLowerCase(Locale.ROOT) + "-";
            figures.put(name + "throughput", Format.percent(throughput(load)));
            figures.put(name + "answers", String.format(Locale.ROOT, "%,d", load.requests()));
            figures.put(name + "median", Format.number(load.refusals().median()) + " ms");
            figures.put(name + "p99", Format.number(load.refusals().p99()) + " ms");
        }
        return figures;
    }

    /** In Markdown. */
    @Override
    public String markdown() {
        MarkdownTable table = new MarkdownTable(
                2,
                "clients",
                "body is sent",
                "200",
                "429",
                "others",
                "200 a second",
                "of permits ÷ warm time",
                "200 after, ms",
                "429 after, ms",
                "p99",
                "most",
                "a thread's wait, p99",
                "server's CPU",
                "clients'");
        for (Load load : loads) {
            table.row(
                    Integer.toString(load.clients()),
                    load.upload().label(),
                    Integer.toString(load.results().count()),
                    Integer.toString(load.refusals().count()),
                    Integer.toString(load.others()),
                    Format.number(load.resultsPerSecond()),
                    Format.percent(throughput(load)),
                    Format.number(load.results().median()),
                    Format.number(load.refusals().median()),
                    Format.number(load.refusals().p99()),
                    Format.number(load.refusals().most()),
                    Format.number(load.lateness().p99()),
                    Format.percent(load.serverShare()),
                    Format.percent(load.clientsShare()));
        }
        return table + "\n" + how();
    }

    private String how() {
        double others = loads.stream()
                .mapToDouble(load -> load.machineLoad().othersShare())
                .max()
                .orElse(0);
        double stolen = loads.stream()
                .mapToDouble(load -> load.machineLoad().stolenShare())
                .max()
                .orElse(0);
        boolean quiet = loads.stream().allMatch(load -> load.machineLoad().isQuiet());
        return String.format(
                Locale.ROOT,
                "A warm fusion, one client alone, from request to answer: %s ms (median of %d). %d s each, a client back after"
                        + " %d ms on average. Others used up to %s of the processors meanwhile, the hypervisor took up to %s%s. %s",
                Format.number(warmMillis.median()),
                warmMillis.count(),
                seconds,
                pauseMillis,
                Format.percent(others),
                Format.percent(stolen),
                quiet ? "" : ": **not a quiet machine**",
                origin.description());
    }
}
