package dev.facefuse.bench;

import dev.facefuse.bench.FusePost.Upload;
import dev.facefuse.bench.LoadClient.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    /** A single client runs after each load, for this fraction of the load's time. */
    private static final int ALONE_SHARE = 5;

    @Mixin
    private BenchOptions options = new BenchOptions();

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

    @Override
    public Integer call() throws IOException, InterruptedException, ExecutionException {
        Origin origin = options.origin();
        List<Exchange> alone = new ArrayList<>();
        List<Load> loads = new ArrayList<>();
        try (ServerProcess server =
                ServerProcess.start(options.jar(), options.logs().resolve("serve.log"), List.of(), Map.of())) {
            System.err.println("warming up");
            new LoadGenerator(server, 1, Upload.UNASKED, 0).exchanges(WARM_UP_SECONDS);
            new LoadGenerator(server, 2, Upload.ASKED, 0).exchanges(WARM_UP_SECONDS);
            // A warm fusion's time is measured between the loads: what changes on the machine changes for both.
            alone.addAll(alone(server));
            for (Upload upload : Upload.values()) {
                for (int count : clients) {
                    System.err.println(count + " clients, " + upload);
                    loads.add(new LoadGenerator(server, count, upload, pauseMillis).load(seconds));
                    alone.addAll(alone(server));
                }
            }
        }
        HttpReport report = new HttpReport(origin, seconds, pauseMillis, Load.latencies(alone, HttpReply.OK), loads);
        options.publish("http", report);
        return report.isGood() ? 0 : 1;
    }

    /** Requests of a single client, without other load. */
    private List<Exchange> alone(ServerProcess server) throws IOException, InterruptedException, ExecutionException {
        return new LoadGenerator(server, 1, Upload.UNASKED, 0).exchanges(Math.max(1, seconds / ALONE_SHARE));
    }
}
