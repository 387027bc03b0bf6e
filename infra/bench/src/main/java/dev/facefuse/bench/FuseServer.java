package dev.facefuse.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** {@code facefuse serve} as a user runs it, in a process of its own, on a port of its choice, until it is closed. */
final class FuseServer implements AutoCloseable {
    private static final String LISTENING = "listening on port ";

    private final Process process;
    private final int port;

    private FuseServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /**
     * Starts one, with one fusion at a time and nobody waiting, as it is without settings.
     *
     * @param log where its errors go
     * @throws IOException if it ends before it listens
     */
    static FuseServer start(Path jar, Path log) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-jar",
                        jar.toString(),
                        "serve",
                        "--port",
                        "0")
                .redirectError(log.toFile())
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            int at = line.indexOf(LISTENING);
            if (at >= 0) {
                drain(lines);
                return new FuseServer(process, Integer.parseInt(line.substring(at + LISTENING.length())));
            }
        }
        throw new IOException("facefuse serve ended before it listened; see " + log);
    }

    /** Reads on, so that the server is never kept waiting by what it says. */
    private static void drain(BufferedReader lines) {
        Thread reader = new Thread(
                () -> {
                    try (lines) {
                        lines.transferTo(Writer.nullWriter());
                    } catch (IOException e) {
                        // The server has ended.
                    }
                },
                "server's output");
        reader.setDaemon(true);
        reader.start();
    }

    int port() {
        return port;
    }

    /** Processor time so far, in ticks. */
    long cpuTicks() throws IOException {
        return ProcessFigures.of(process.pid()).cpuTicks();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
