package dev.facefuse.soak;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

    private static final String LISTENING = "listening on port ";
    private static final long START_SECONDS = 120;
    private static final long END_SECONDS = 60;

    private final Process process;
    private final Path log;
    private final int port;

    private SoakedServer(Process process, Path log, int port) {
        this.process = process;
        this.log = log;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param log where all goes that it says
     * @throws IOException if it ends before it listens
     */
    static SoakedServer start(Path jar, Path log) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        jar.toString(),
                        "serve",
                        "--port",
                        "0")
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "FACEFUSE_ACCESS_TOKENS", KEY,
                        "FACEFUSE_MEMORY_HOSTLIMIT", MEMORY_LIMIT_BYTES + "B",
                        "FACEFUSE_ADMISSION_PERMITS", "1",
                        "FACEFUSE_ADMISSION_QUEUE", "2",
                        "FACEFUSE_ADMISSION_MAXWAIT", "30s"));
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(process, log, port), "what the server says");
        reader.setDaemon(true);
        reader.start();
        try {
            return new SoakedServer(process, log, port.get(START_SECONDS, TimeUnit.SECONDS));
        } catch (ExecutionException | TimeoutException e) {
            process.destroyForcibly();
            throw new IOException("facefuse serve does not listen; see " + log, e);
        }
    }

    private static void read(Process process, Path log, CompletableFuture<Integer> port) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                Writer out = Files.newBufferedWriter(log)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n').flush();
                int at = line.indexOf(LISTENING);
                if (at >= 0) {
                    port.complete(Integer.valueOf(line.substring(at + LISTENING.length())));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        port.completeExceptionally(new IOException("It ended"));
    }

    int port() {
        return port;
    }

    Vital vital(double seconds) throws IOException {
        return Vital.of(process.pid(), seconds);
    }

    /** The most memory that it has had, in bytes. */
    long peakResidentBytes() throws IOException {
        return Vital.peakResidentBytes(process.pid());
    }

    /** Its metrics now, by name and labels. */
    Map<String, Double> metrics() throws IOException {
        try (Connection connection = Connection.to(port)) {
            connection.send("GET /actuator/prometheus HTTP/1.1\r\nHost: localhost\r\n" + KEY_HEADER + "\r\n");
            return metrics(connection.receive().body().text());
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

    /** SIGTERM. */
    void end() {
        process.destroy();
    }

    /** The exit code, once it has ended; it is killed if it does not within a minute. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
