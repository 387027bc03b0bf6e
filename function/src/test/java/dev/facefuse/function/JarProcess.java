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

/** The packaged jar as its own process: a server or worker that runs until it is stopped, or a command that ends by itself. */
final class JarProcess implements AutoCloseable {
    private static final long BYTES_PER_KIBIBYTE = 1024;
    /** The first compiler alone: most of these processes end before the second one pays off. */
    private static final List<String> SHORT_LIVED = List.of("-Xmx512m", "-XX:TieredStopAtLevel=1");

    private static final int COMMAND_SECONDS = 60;

    private final Process process;
    private final CompletableFuture<Integer> port;

    private JarProcess(Process process, CompletableFuture<Integer> port) {
        this.process = process;
        this.port = port;
    }

    /** The exit code of a command, and its standard output and error. */
    @SuppressWarnings("ArrayRecordComponent") // Read, never compared.
    record Outcome(int exitCode, byte[] outBytes, byte[] errBytes) {
        String out() {
            return new String(outBytes, StandardCharsets.UTF_8);
        }

        String err() {
            return new String(errBytes, StandardCharsets.UTF_8);
        }
    }

    /** The command line that runs the jar without any options of the JVM. */
    static List<String> plainCommand(String... arguments) {
        return command(List.of(), arguments);
    }

    /** The command line that runs the jar in a JVM for a short life. */
    static List<String> command(String... arguments) {
        return command(SHORT_LIVED, arguments);
    }

    private static List<String> command(List<String> jvm, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-jar", System.getProperty("packaged.jar")));
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs a command to its end, and writes its output to two files of the folder. */
    static Outcome run(Path folder, Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = folder.resolve("process.out");
        Path err = folder.resolve("process.err");
        ProcessBuilder builder = new ProcessBuilder(command(arguments))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        try {
            if (!process.waitFor(COMMAND_SECONDS, TimeUnit.SECONDS)) {
                throw new IllegalStateException("The command does not end: " + String.join(" ", arguments));
            }
        } finally {
            process.destroyForcibly();
        }
        return new Outcome(process.exitValue(), Files.readAllBytes(out), Files.readAllBytes(err));
    }

    /**
     * Starts a server or worker on a port that it chooses.
     *
     * @param output the file for its output
     * @param jvm options of the JVM
     * @param arguments a command and its options; {@code --port 0} is added
     */
    static JarProcess start(Path output, Map<String, String> environment, List<String> jvm, String... arguments)
            throws IOException {
        List<String> options = new ArrayList<>(SHORT_LIVED);
        options.addAll(jvm);
        List<String> command = command(options, arguments);
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
            // The process was killed.
        }
        port.completeExceptionally(new IllegalStateException("The process ended; its output is " + output));
    }

    /** Waits until the process listens, and returns its port. */
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

    /** Sends SIGKILL and waits for the end. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        ended();
    }

    /** Sends SIGTERM, waits for the end and returns the exit code. */
    int stop() throws InterruptedException {
        process.destroy();
        ended();
        return process.exitValue();
    }

    private void ended() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new IllegalStateException("The process does not end");
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
