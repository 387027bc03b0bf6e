package dev.facefuse.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        JmhReport report = new JmhReport(when, commit, Machine.here(), JmhReport.benchmarks(found));
        new Figures(place, "jmh").write(report);
        System.out.println(report.markdown());
        return 0;
    }
}
