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

/** {@code bench jmh}: makes a report from the results of JMH. */
@Command(name = "jmh", description = "Makes a table of JMH's results.", sortOptions = false)
final class JmhCommand implements Callable<Integer> {
    @Mixin
    private BenchOptions options = new BenchOptions();

    @Option(names = "--results", required = true, paramLabel = "FILE", description = "JMH's, as JSON.")
    private Path results = Path.of("");

    @Override
    public Integer call() throws IOException {
        JsonNode found = new JsonMapper().readTree(Files.readString(results));
        Origin origin = options.origin();
        JmhReport report = new JmhReport(origin, JmhReport.benchmarks(found));
        options.publish("jmh", report);
        return 0;
    }
}
