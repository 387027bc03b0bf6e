package dev.facefuse.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that runs the four networks when told to. It says {@code {"ready": WHAT IT IS}} once it has loaded them; {@code run}
 * on its standard input makes it run them all and tell an {@link Answer}, {@code peak} the most memory it had, as
 * {@code {"peakBytes": N}}. One JSON object a line.
 */
final class Contestant implements Closeable {
    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final String engine;

    private Contestant(String name, Process process, BufferedReader answers, BufferedWriter commands, String engine) {
        this.name = name;
        this.process = process;
        this.answers = answers;
        this.commands = commands;
        this.engine = engine;
    }

    /** Starts a process and waits until it is ready; what it logs goes to a file. */
    static Contestant start(String name, List<String> command, Map<String, String> environment, Path log)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        Process process = builder.start();
        BufferedReader answers = process.inputReader(StandardCharsets.UTF_8);
        BufferedWriter commands = process.outputWriter(StandardCharsets.UTF_8);
        try {
            String engine = line(name, answers).required("ready").asString();
            return new Contestant(name, process, answers, commands, engine);
        } catch (IOException e) {
            process.destroyForcibly();
            throw new IOException(name + " does not start; see " + log, e);
        }
    }

    String name() {
        return name;
    }

    /** What it says it is: {@code PyTorch 1.13.0}. */
    String engine() {
        return engine;
    }

    Answer run() throws IOException {
        return JSON.treeToValue(ask("run"), Answer.class);
    }

    /** The most physical memory that the whole process has had. */
    long peakBytes() throws IOException {
        return ask("peak").required("peakBytes").asLong();
    }

    private JsonNode ask(String command) throws IOException {
        commands.write(command);
        commands.newLine();
        commands.flush();
        return line(name, answers);
    }

    private static JsonNode line(String name, BufferedReader answers) throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException(name + " has ended");
        }
        return JSON.readTree(line);
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
