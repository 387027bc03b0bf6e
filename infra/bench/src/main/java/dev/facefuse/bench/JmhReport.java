package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The results of JMH; {@code jmh.json} is this record. */
record JmhReport(Origin origin, List<Benchmark> benchmarks) implements Report {
    /**
     * One method.
     *
     * @param millis of a call, on average
     * @param errorMillis half the width of the average's interval of 99.9 % confidence; not a number for a few iterations
     */
    record Benchmark(String name, double millis, double errorMillis) {}

    /** Reads the file that JMH writes with {@code -rf json}. */
    static List<Benchmark> benchmarks(JsonNode results) {
        List<Benchmark> benchmarks = new ArrayList<>();
        for (JsonNode result : results) {
            String name = result.required("benchmark").asString();
            JsonNode metric = result.required("primaryMetric");
            benchmarks.add(new Benchmark(
                    name.substring(name.lastIndexOf('.') + 1),
                    metric.required("score").asDouble(),
                    metric.required("scoreError").asDouble(Double.NaN)));
        }
        return benchmarks;
    }

    /** A row for each benchmark. */
    @Override
    public String markdown() {
        MarkdownTable table = new MarkdownTable(1, "what", "ms", "± (99.9 %)");
        for (Benchmark benchmark : benchmarks) {
            table.row(
                    "`" + benchmark.name() + "`",
                    Format.number(benchmark.millis()),
                    Format.number(benchmark.errorMillis()));
        }
        return table + "\nOne thread. " + origin.machine().processor() + "; " + origin.version();
    }

    @Override
    public Map<String, String> figures() {
        return Map.of();
    }
}
