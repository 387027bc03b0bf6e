package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code bench jmh}: what JMH found out, where people read it. */
@Command(name = "jmh", description = "Makes a table of JMH's results.", sortOptions = false)
final class JmhCommand implements Callable<Integer> {
    @Mixin
    private Workplace place = new Workplace();

    @Option(names = "--results", required = true, paramLabel = "FILE", description = "JMH's, as JSON.")
    private Path results = Path.of("");

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    @Override
    public Integer call() throws IOException {
        JsonNode found = new JsonMapper().readTree(Files.readString(results));
        String markdown = table(found) + "\nOne thread, commit " + commit + ".\n";
        new Figures(place, "jmh").write(found, markdown);
        System.out.println(markdown);
        return 0;
    }

    /** A row for each benchmark. */
    static MarkdownTable table(JsonNode results) {
        MarkdownTable table = new MarkdownTable(1, "what", "ms", "± (99.9 %)");
        for (JsonNode result : results) {
            String name = result.required("benchmark").asString();
            JsonNode metric = result.required("primaryMetric");
            table.row(
                    "`" + name.substring(name.lastIndexOf('.') + 1) + "`",
                    Words.number(metric.required("score").asDouble()),
                    Words.number(
                            metric.required("scoreError").asDouble(Double.NaN))); // Of a few iterations there is none.
        }
        return table;
    }
}
