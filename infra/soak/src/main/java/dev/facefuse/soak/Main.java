package dev.facefuse.soak;

import dev.facefuse.bench.Origin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The command of {@code run.sh}. */
@Command(
        name = "soak",
        description = "Half an hour of load on one server, and a verdict.",
        mixinStandardHelpOptions = true)
final class Main implements Callable<Integer> {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    @Option(names = "--jar", required = true, paramLabel = "JAR", description = "The program: facefuse.jar.")
    private Path jar = Path.of("");

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "1800", description = "(default: 1800)")
    private long seconds;

    @Option(names = "--actors", paramLabel = "N", defaultValue = "8", description = "At a time (default: 8).")
    private int actors;

    @Option(names = "--seed", paramLabel = "N", defaultValue = "1", description = "Of chance (default: 1).")
    private long seed;

    @Option(
            names = "--out",
            required = true,
            paramLabel = "DIR",
            description = "For report, plot and the server's log.")
    private Path out = Path.of("");

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    /** Runs it and exits with its code: 1 if the verdict does not hold. */
    public static void main(String[] arguments) {
        // Not a plain return: OpenCV's threads are not the JVM's to end.
        System.exit(new CommandLine(new Main()).execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Files.createDirectories(out);
        Origin origin = Origin.now(commit);
        Soak soak = new Soak(jar, seconds, actors, seed);
        Observed observed = soak.run(out.resolve("server.log"));
        Verdict verdict = Verdict.of(observed);
        SoakReport report = SoakReport.of(origin, soak, observed, verdict);
        Files.writeString(out.resolve("soak.json"), JSON.writeValueAsString(report) + "\n");
        Files.writeString(out.resolve("soak.md"), report.markdown());
        VitalsPlot.write(report.vitals(), out, "soak");
        System.out.println(report.markdown());
        return verdict.holds() ? 0 : 1;
    }
}
