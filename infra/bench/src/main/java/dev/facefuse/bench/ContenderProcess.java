package dev.facefuse.bench;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A process that runs the networks on command. It writes {@code {"ready": "NAME AND VERSION"}} once it has loaded them. For each line
 * {@code run} on its standard input it runs all networks and writes an {@link Answer}, one JSON object per line. It is stopped
 * between its rounds, so that its spinning threads take no time from others.
 */
final class ContenderProcess implements Closeable {
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS) // As Python writes them; the comparison finds them.
            .build();

    private static final ScheduledExecutorService WATCH = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread thread = new Thread(work, "watch");
        thread.setDaemon(true);
        return thread;
    });

    private final Process process;
    private final BufferedReader answers;
    private final BufferedWriter commands;
    private final Path log;
    private final Duration limit;
    private String engine = "";

    private ContenderProcess(Process process, Path log, Duration limit) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.log = log;
        this.limit = limit;
    }

    /**
     * Starts a process and waits until it is ready.
     *
     * @param log where its standard error goes
     * @param limit how long it may take to get ready, and to answer each time
     * @throws IOException if it does not; the message is the last line of its log
     */
    static ContenderProcess start(List<String> command, Map<String, String> environment, Path log, Duration limit)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(log.toFile());
        builder.environment().putAll(environment);
        ContenderProcess contestant = new ContenderProcess(builder.start(), log, limit);
        try {
            contestant.engine = contestant.line().required("ready").asString();
            return contestant;
        } catch (IOException | RuntimeException e) {
            contestant.process.destroyForcibly();
            throw e;
        }
    }

    /** Its name and version, such as {@code PyTorch 1.13.0}. */
    String engine() {
        return engine;
    }

    long pid() {
        return process.pid();
    }

    /** Runs the networks once. */
    Answer run() throws IOException {
        commands.write("run");
        commands.newLine();
        commands.flush();
        JsonNode answer = line();
        try {
            return JSON.treeToValue(answer, Answer.class);
        } catch (JacksonException e) {
            throw new IOException("It answered " + answer, e);
        }
    }

    /** Stops it (SIGSTOP). */
    void pause() throws IOException {
        signal("STOP");
    }

    /** Continues it (SIGCONT). */
    void resume() throws IOException {
        signal("CONT");
    }

    private void signal(String name) throws IOException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        try {
            kill.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted", e);
        }
    }

    private JsonNode line() throws IOException {
        Future<?> late = WATCH.schedule(process::destroyForcibly, limit.toMillis(), TimeUnit.MILLISECONDS);
        String line = answers.readLine();
        if (!late.cancel(false)) {
            throw new IOException("It took more than " + limit.toMinutes() + " minutes");
        }
        if (line == null) {
            throw new IOException(lastWords(Files.readString(log)));
        }
        try {
            return JSON.readTree(line);
        } catch (JacksonException e) {
            throw new IOException("It said " + line, e);
        }
    }

    /** The last line of a log that is not empty or part of a stack trace. */
    static String lastWords(String log) {
        return log.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("at ") && !line.startsWith("..."))
                .reduce((first, second) -> second)
                .orElse("It ended without a word");
    }

    /** Ends it. */
    @Override
    public void close() throws IOException {
        resume();
        try {
            commands.close();
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly(); // It has ended already: nobody reads.
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The result of one run of the networks.
     *
     * @param millis by stage, in their order
     * @param values by stage: a hundred values of the output, evenly spread
     */
    record Answer(Map<String, Double> millis, Map<String, List<Double>> values) {}
}
