package dev.facefuse.bench;

import dev.facefuse.nativelib.ProcessNative;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The other end of a {@link Contestant} written in Java: answers its commands until its input ends. */
final class Service {
    /** The networks of a fusion, in their order. */
    static final List<String> STAGES = List.of("identity", "shape", "generator", "enhancer");

    private static final JsonMapper JSON = new JsonMapper();
    private static final int VALUES = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final Inputs inputs;
    private final Engine engine;

    /** Runs one network. */
    @FunctionalInterface
    interface Engine {
        /**
         * Runs it on its inputs, by name.
         *
         * @return its output, row-major
         */
        float[] run(String stage, Map<String, Inputs.Values> inputs) throws Exception;
    }

    Service(Inputs inputs, Engine engine) {
        this.inputs = inputs;
        this.engine = engine;
    }

    /** Serves; nobody else may print. */
    void serve(String ready) throws Exception {
        PrintStream out = System.out;
        out.println(JSON.writeValueAsString(Map.of("ready", ready)));
        BufferedReader commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String command = commands.readLine(); command != null; command = commands.readLine()) {
            Object answer =
                    switch (command) {
                        case "run" -> run();
                        case "peak" -> Map.of("peakBytes", ProcessNative.peakResidentBytes());
                        default -> throw new IOException("No such command: " + command);
                    };
            out.println(JSON.writeValueAsString(answer));
            out.flush();
        }
    }

    private Answer run() throws Exception {
        Map<String, Double> millis = new LinkedHashMap<>();
        Map<String, List<Double>> values = new LinkedHashMap<>();
        for (String stage : STAGES) {
            Map<String, Inputs.Values> given = inputs.of(stage);
            long start = System.nanoTime();
            float[] output = engine.run(stage, given);
            if (stage.equals("shape")) { // of both faces, one after the other
                engine.run(stage, given);
            }
            millis.put(stage, (System.nanoTime() - start) / NANOS_PER_MILLI);
            values.put(stage, sample(output));
        }
        return new Answer(millis, values);
    }

    private static List<Double> sample(float[] output) {
        List<Double> sample = new ArrayList<>();
        for (int i = 0; i < VALUES; i++) {
            sample.add((double) output[(int) ((long) i * output.length / VALUES)]);
        }
        return sample;
    }
}
