package dev.facefuse.bench;

import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;

/** Times every part of a pack's networks, and ceilings, one after the other, again and again: all of them in the same minutes. */
final class PartTimer implements AutoCloseable {
    private static final String LAYOUT = "layout.pt";
    private static final String X = "x";
    private static final double NANOS_PER_MILLI = 1e6;

    private final ModelPack pack;
    private final Inputs inputs;
    private final Dtype dtype;
    private final Map<String, List<ScriptModel>> roles = new LinkedHashMap<>();
    private final Map<Ceiling, ScriptModel> ceilings = new LinkedHashMap<>();
    private final ScriptModel layout;
    private final Map<String, List<Double>> millis = new LinkedHashMap<>();

    /** Loads all. */
    PartTimer(ModelPack pack, Inputs inputs, Path folder, List<Ceiling> ceilings, Dtype dtype) throws IOException {
        this.pack = pack;
        this.inputs = inputs;
        this.dtype = dtype;
        this.layout = ScriptModel.load(folder.resolve(LAYOUT), dtype);
        for (Ceiling ceiling : ceilings) {
            this.ceilings.put(ceiling, ScriptModel.load(folder.resolve(ceiling.file()), dtype));
        }
    }

    /** Loads a role, to be timed after those before it. */
    void add(String role) {
        roles.put(
                role,
                pack.role(role).parts().stream()
                        .map(part -> pack.load(part, dtype))
                        .toList());
    }

    /**
     * Runs everything once.
     *
     * @param counts whether the times do
     */
    void round(boolean counts) {
        ceilings.forEach((ceiling, model) -> write(ceiling.name(), measure(ceiling, model), counts));
        roles.forEach((role, models) -> {
            try (TensorScope scope = TensorScope.open()) {
                run(scope, role, models, counts);
            }
        });
    }

    /** The times of a ceiling by its name, or of a part by {@code ROLE.PART}. */
    Spread millis(String name) {
        return Spread.of(millis.getOrDefault(name, List.of()));
    }

    private double measure(Ceiling ceiling, ScriptModel model) {
        long[] shape = ceiling.shape().stream().mapToLong(Long::longValue).toArray();
        float[] values = new float[Math.toIntExact(ceiling.shape().stream().reduce(1L, (a, b) -> a * b))];
        Random random = new Random(1);
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat() - 0.5f;
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor converted = scope.to(scope.floats(values, shape), Device.CPU, dtype);
            Tensor x = layout.run(scope, Map.of(X, converted)).get(0);
            long start = System.nanoTime();
            model.run(scope, Map.of(X, x));
            return (System.nanoTime() - start) / NANOS_PER_MILLI;
        }
    }

    /** As the engine does it: a tensor that no later part asks for is freed at once. */
    private void run(TensorScope scope, String name, List<ScriptModel> models, boolean counts) {
        Manifest.Role role = pack.role(name);
        Map<String, Tensor> tensors = inputs(scope, role, inputs.of(name));
        for (int i = 0; i < models.size(); i++) {
            Manifest.Part part = role.parts().get(i);
            Map<String, Tensor> arguments = new HashMap<>();
            part.inputs().forEach(input -> arguments.put(input, Objects.requireNonNull(tensors.get(input), input)));
            long start = System.nanoTime();
            List<Tensor> outputs = models.get(i).run(scope, arguments);
            write(name + "." + part.name(), (System.nanoTime() - start) / NANOS_PER_MILLI, counts);
            for (int k = 0; k < outputs.size(); k++) {
                tensors.put(part.outputs().get(k), outputs.get(k));
            }
            Set<String> wanted = new HashSet<>();
            role.parts().subList(i + 1, models.size()).forEach(later -> wanted.addAll(later.inputs()));
            List.copyOf(tensors.keySet()).stream()
                    .filter(tensor -> !wanted.contains(tensor))
                    .forEach(tensor -> scope.release(Objects.requireNonNull(tensors.remove(tensor))));
        }
    }

    private Map<String, Tensor> inputs(TensorScope scope, Manifest.Role role, Map<String, Inputs.Values> given) {
        Map<String, Tensor> tensors = new HashMap<>();
        for (Manifest.Port port : role.inputs()) {
            Inputs.Values values = Objects.requireNonNull(given.get(port.name()), port.name());
            Tensor input = scope.floats(values.data(), values.shape());
            tensors.put(port.name(), scope.to(input, Device.CPU, port.isExact() ? Dtype.FLOAT32 : dtype));
        }
        return tensors;
    }

    private void write(String name, double time, boolean counts) {
        if (counts) {
            millis.computeIfAbsent(name, first -> new ArrayList<>()).add(time);
        }
    }

    @Override
    public void close() {
        layout.close();
        ceilings.values().forEach(ScriptModel::close);
        roles.values().forEach(models -> models.forEach(ScriptModel::close));
    }

    /**
     * Something that shows what the machine can do at most.
     *
     * @param file TorchScript, whose {@code forward} takes {@code x}
     * @param shape of x, which is laid out channels-last
     * @param flop of one run; 0 for one that only reads x and writes it
     */
    record Ceiling(String name, String file, List<Long> shape, long flop) {}
}
