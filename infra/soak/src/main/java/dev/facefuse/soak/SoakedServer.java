package dev.facefuse.soak;

import dev.facefuse.bench.HttpConnection;
import dev.facefuse.bench.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * {@code facefuse serve} with the embedded pack: one fusion at a time, two requests waiting, half a gigabyte of heap, a memory limit, and
 * access for those who have a key.
 */
final class SoakedServer implements AutoCloseable {
    /** The memory limit of the process; the verdict compares its peak with this. */
    static final long MEMORY_LIMIT_BYTES = 1_200_000_000;

    private static final String KEY = "a-key-for-the-soak-test";

    /** A header line of a request that is let in, with its end. */
    static final String KEY_HEADER = "X-API-Key: " + KEY + "\r\n";

    private final ServerProcess process;
    private final Path log;

    private SoakedServer(ServerProcess process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts the server.
     *
     * @param log the file for its output
     * @throws IOException if it does not listen
     */
    static SoakedServer start(Path jar, Path log) throws IOException, InterruptedException {
        Map<String, String> environment = Map.of(
                "FACEFUSE_ACCESS_TOKENS", KEY,
                "FACEFUSE_MEMORY_HOSTLIMIT", MEMORY_LIMIT_BYTES + "B",
                "FACEFUSE_ADMISSION_PERMITS", "1",
                "FACEFUSE_ADMISSION_QUEUE", "2",
                "FACEFUSE_ADMISSION_MAXWAIT", "30s");
        return new SoakedServer(ServerProcess.start(jar, log, List.of("-Xmx512m"), environment), log);
    }

    ServerProcess process() {
        return process;
    }

    int port() {
        return process.port();
    }

    /** Its metrics now, by name and labels. */
    Map<String, Double> metrics() throws IOException {
        try (HttpConnection connection = HttpConnection.to(port())) {
            connection.send("GET /actuator/prometheus HTTP/1.1\r\nHost: localhost\r\n" + KEY_HEADER + "\r\n");
            return metrics(connection.receive().text());
        }
    }

    /** From Prometheus's text. */
    static Map<String, Double> metrics(String text) {
        Map<String, Double> metrics = new HashMap<>();
        text.lines().filter(line -> !line.startsWith("#") && line.contains(" ")).forEach(line -> {
            int end = line.indexOf('}') < 0 ? line.indexOf(' ') : line.indexOf('}') + 1;
            metrics.put(
                    line.substring(0, end), Double.valueOf(line.substring(end).strip()));
        });
        return metrics;
    }

    /** Lines of its log that tell of an error. */
    List<String> errors() throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> line.contains(" ERROR ") || line.contains("Exception") || line.contains("OutOfMemory"))
                .toList();
    }

    @Override
    public void close() {
        process.close();
    }
}
