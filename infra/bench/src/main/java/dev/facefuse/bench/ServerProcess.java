package dev.facefuse.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** {@code facefuse serve} as its own process, on a port that it chooses, until it is closed. */
public final class ServerProcess implements AutoCloseable {
    private static final String LISTENING = "listening on port ";
    private static final long START_SECONDS = 120;
    private static final long END_SECONDS = 60;

    private final Process process;
    private final int port;

    private ServerProcess(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts a server and waits until it listens.
     *
     * @param log the file for its output
     * @throws IOException if it does not listen
     */
    public static ServerProcess start(Path jar, Path log, List<String> jvm, Map<String, String> environment)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-jar", jar.toString(), "serve", "--port", "0"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        CompletableFuture<Integer> port = new CompletableFuture<>();
        Thread reader = new Thread(() -> read(process, log, port), "server's output");
        reader.setDaemon(true);
        reader.start();
        try {
            return new ServerProcess(process, port.get(START_SECONDS, TimeUnit.SECONDS));
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
            // The process was killed.
        }
        port.completeExceptionally(new IOException("The process ended"));
    }

    public int port() {
        return port;
    }

    public long pid() {
        return process.pid();
    }

    /** Processor time so far, in ticks. */
    long cpuTicks() throws IOException {
        return ProcessFigures.of(process.pid()).cpuTicks();
    }

    /** Sends SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for the end and returns the exit code; kills the process if it runs for another minute. */
    public int exitCode() throws InterruptedException {
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
