package dev.facefuse.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The packaged jar as its own process that runs until it is told to stop, or killed. */
final class JarProcess implements AutoCloseable {
    private static final long BYTES_PER_KIBIBYTE = 1024;

    private final Process process;
    private final CompletableFuture<Integer> port;

    private JarProcess(Process process, CompletableFuture<Integer> port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param output where its output goes
     * @param jvm options of the JVM
     * @param arguments a command and its options; {@code --port 0} is added
     */
    static JarProcess start(Path output, Map<String, String> environment, List<String> jvm, String... arguments)
            throws IOException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx512m"));
        command.addAll(jvm);
        command.addAll(List.of("-jar", System.getProperty("packaged.jar")));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--port", "0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(process, output, port), "output of " + process.pid());
        reader.setDaemon(true);
        reader.start();
        return new JarProcess(process, port);
    }

    private static void read(Process process, Path output, CompletableFuture<Integer> port) {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
                var out = Files.newBufferedWriter(output)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.append(line).append('\n').flush();
                if (line.matches("facefuse .* port \\d+")) {
                    port.complete(Integer.valueOf(line.substring(line.lastIndexOf(' ') + 1)));
                }
            }
        } catch (IOException e) {
            // It was killed.
        }
        port.completeExceptionally(new IllegalStateException("It ended; see " + output));
    }

    /** The port, once it says that it listens there. */
    int port() throws Exception {
        return port.get(120, TimeUnit.SECONDS);
    }

    /** The largest resident memory of the process so far, in bytes, by the kernel's count. */
    long peakResidentBytes() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("/proc/" + process.pid() + "/status"))) {
            String peak =
                    lines.filter(line -> line.startsWith("VmHWM:")).findFirst().orElseThrow();
            return Long.parseLong(peak.replaceAll("\\D", "")) * BYTES_PER_KIBIBYTE;
        }
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        ended();
    }

    /** SIGTERM; gives the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        ended();
        return process.exitValue();
    }

    private void ended() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("It does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
