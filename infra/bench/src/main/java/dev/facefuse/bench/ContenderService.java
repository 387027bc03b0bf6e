package dev.facefuse.bench;

import dev.facefuse.bench.ContenderProcess.Answer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The main loop of a contender in Java: answers the commands of {@link ContenderProcess} until its input ends. */
public final class ContenderService {
    private static final JsonMapper JSON = new JsonMapper();
    private static final int VALUES = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Inputs inputs;
    private final List<String> stages;
    private final Engine engine;

    /** Runs the networks. */
    @FunctionalInterface
    public interface Engine {
        /**
         * Runs one of them.
         *
         * @param inputs by name; the shape network has two faces
         * @return its output, row-major
         */
        float[] run(String stage, Map<String, Inputs.Values> inputs) throws Exception;
    }

    /** A service that runs an engine's networks as the options say. */
    public ContenderService(PeerOptions options, Engine engine) throws IOException {
        this.inputs = new Inputs(Path.of(options.inputs()));
        this.stages = options.stages();
        this.engine = engine;
    }

    /**
     * Serves. Everything else that prints to standard output is redirected to standard error.
     *
     * @param ready the name and version of the engine
     */
    public void serve(String ready) throws Exception {
        PrintStream answers = System.out;
        System.setOut(System.err);
        say(answers, Map.of("ready", ready));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            if (!command.equals("run")) {
                throw new IOException("No such command: " + command);
            }
            say(answers, run());
        }
    }

    private static void say(PrintStream answers, Object what) {
        answers.println(JSON.writeValueAsString(what));
        answers.flush();
    }

    private Answer run() throws Exception {
        Map<String, Double> millis = new LinkedHashMap<>();
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (String stage : stages) {
            Map<String, Inputs.Values> given = inputs.of(stage);
            long start = System.nanoTime();
            float[] output = engine.run(stage, given);
            millis.put(stage, (System.nanoTime() - start) / NANOS_PER_MILLI);
            values.put(stage, sample(output));
        }
        return new Answer(millis, values);
    }

    /** As {@code peers/original.py} samples. */
    static List<Double> sample(float[] output) {
        List<Double> sample = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            sample.add((double) output[(int) ((long) i * output.length / VALUES)]);
        }
        return sample;
    }
}
