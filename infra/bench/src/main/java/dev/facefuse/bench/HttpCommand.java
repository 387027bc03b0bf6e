package dev.facefuse.bench;

import dev.facefuse.bench.FusePost.Upload;
import dev.facefuse.bench.LoadClient.Exchange;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench http}: the server with one permit and many clients. */
@Command(
        name = "http",
        description = "Many clients at a server with one permit: how much it gets done, how soon it refuses.",
        sortOptions = false)
final class HttpCommand implements Callable<Integer> {
    private static final int WARM_UP_SECONDS = 10;

    /** Of a load's time, for a client alone after it. */
    private static final int ALONE_SHARE = 5;

    @Mixin
    private Workplace place = new Workplace();

    @Option(names = "--jar", required = true, paramLabel = "JAR", description = "The program: facefuse.jar.")
    private Path jar = Path.of("");

    @Option(
            names = "--clients",
            paramLabel = "N,M",
            split = ",",
            defaultValue = "16,64",
            description = "How many at a time (default: 16,64).")
    private List<Integer> clients = List.of();

    @Option(names = "--seconds", paramLabel = "N", defaultValue = "30", description = "Each of them (default: 30).")
    private int seconds;

    @Option(
            names = "--pause",
            paramLabel = "MS",
            defaultValue = "100",
            description = "A client's between an answer and its next request (default: 100).")
    private int pauseMillis;

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        Machine machine = Machine.here();
        List<Exchange> alone = new ArrayList<>();
        List<Load> loads = new ArrayList<>();
        try (FuseServer server = FuseServer.start(jar, place.logs().resolve("serve.log"))) {
            System.err.println("warming up");
            new Crowd(server, 1, Upload.UNASKED, 0).exchanges(WARM_UP_SECONDS);
            new Crowd(server, 2, Upload.ASKED, 0).exchanges(WARM_UP_SECONDS);
            // A warm fusion's time is measured between the loads: what changes on the machine changes for both.
            alone.addAll(alone(server));
            for (Upload upload : Upload.values()) {
                for (int count : clients) {
                    System.err.println(count + " clients, " + upload);
                    loads.add(new Crowd(server, count, upload, pauseMillis).load(seconds));
                    alone.addAll(alone(server));
                }
            }
        }
        HttpReport report = new HttpReport(
                when, commit, machine, seconds, pauseMillis, Load.latencies(alone, HttpAnswer.OK), loads);
        new Figures(place, "http").write(report);
        System.out.println(report.markdown());
        return report.isGood() ? 0 : 1;
    }

    /** What one client that has the server to itself asks and gets. */
    private List<Exchange> alone(FuseServer server) throws IOException, InterruptedException, ExecutionException {
        return new Crowd(server, 1, Upload.UNASKED, 0).exchanges(Math.max(1, seconds / ALONE_SHARE));
    }
}
