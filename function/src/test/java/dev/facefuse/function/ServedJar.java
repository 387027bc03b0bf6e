package dev.facefuse.function;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** The packaged jar as its own process, serving on a port of its choice until it is closed. */
final class ServedJar implements AutoCloseable {
    private final Process process;
    private final int port;

    private ServedJar(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    static ServedJar start() throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx512m",
                        "-jar",
                        System.getProperty("packaged.jar"),
                        "serve",
                        "--port",
                        "0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains("listening on port ")) {
                return new ServedJar(process, Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1)));
            }
        }
        process.destroyForcibly();
        throw new IOException("The jar ended before it listened; start it by hand to see why");
    }

    String root() {
        return "http://localhost:" + port + "/";
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
