package dev.facefuse.engine.pack;

import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ProcessNative;
import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Measures the memory of all parts of packs in this process and prints a line for each: pack, role, part, batch, bytes of
 * weights, bytes of activations. {@link PackFootprintTest} describes the method and starts this class with the necessary settings.
 */
final class FootprintMain {
    private static final int COPIES = 4;
    private static final int ROUNDS = 5;

    /** Roles with smaller activations are also measured with a batch. */
    private static final long SMALL_BYTES = 8 << 20;

    private static final int BATCH = 8;

    private FootprintMain() {}

    /** Measures the embedded packs with these names. */
    public static void main(String[] packs) {
        for (String name : packs) {
            ModelPack pack = ModelPack.embedded(name);
            pack.roles().forEach((role, manifest) -> measure(pack, role, manifest));
        }
    }

    @SuppressWarnings("SystemOut") // The test reads it.
    private static void measure(ModelPack pack, String name, Manifest.Role role) {
        List<ScriptModel> models = new ArrayList<>();
        try {
            role.parts().forEach(part -> models.add(pack.load(part, Dtype.FLOAT32)));
            for (int batch : isSmall(role) ? new int[] {1, BATCH} : new int[] {1}) {
                long[] activations = activationBytes(role, models, batch);
                for (int i = 0; i < activations.length; i++) {
                    System.out.printf(
                            "%s %s %s %d %d %d%n",
                            pack.name(),
                            name,
                            role.parts().get(i).name(),
                            batch,
                            weightBytes(models.get(i)),
                            activations[i]);
                }
            }
        } finally {
            models.forEach(ScriptModel::close);
        }
    }

    private static boolean isSmall(Manifest.Role role) {
        return role.parts().stream()
                .allMatch(part -> part.memory().get("float32").activationBytes() < SMALL_BYTES);
    }

    /** The first copy is not measured, because it also loads pages of libtorch. */
    private static long weightBytes(ScriptModel model) {
        model.copyTo(Device.CPU, Dtype.FLOAT32).close();
        List<ScriptModel> copies = new ArrayList<>();
        try {
            ProcessNative.trim();
            long before = ProcessNative.residentBytes();
            for (int i = 0; i < COPIES; i++) {
                copies.add(model.copyTo(Device.CPU, Dtype.FLOAT32));
            }
            return (ProcessNative.residentBytes() - before) / COPIES;
        } finally {
            copies.forEach(ScriptModel::close);
        }
    }

    /** The median over all rounds, for each part. */
    private static long[] activationBytes(Manifest.Role role, List<ScriptModel> models, int batch) {
        long[][] peaks = new long[models.size()][ROUNDS];
        for (int round = 0; round < ROUNDS; round++) {
            float[][] inputs = role.inputs().stream()
                    .map(port -> new float[Math.toIntExact(elements(shape(port, batch)))])
                    .toArray(float[][]::new);
            ProcessNative.trim();
            long before = ProcessNative.residentBytes();
            try (TensorScope scope = TensorScope.open()) {
                Map<String, Tensor> live = new HashMap<>();
                for (int i = 0; i < inputs.length; i++) {
                    Manifest.Port port = role.inputs().get(i);
                    live.put(port.name(), scope.floats(inputs[i], shape(port, batch)));
                }
                for (int i = 0; i < peaks.length; i++) {
                    ProcessNative.resetPeak();
                    run(scope, models.get(i), role.parts().get(i), live);
                    peaks[i][round] = ProcessNative.peakResidentBytes() - before;
                    release(scope, live, neededAfter(role, i));
                }
            }
        }
        return Arrays.stream(peaks).mapToLong(FootprintMain::median).toArray();
    }

    private static long median(long[] values) {
        return Arrays.stream(values)
                .sorted()
                .skip(values.length / 2)
                .findFirst()
                .orElseThrow();
    }

    private static void run(TensorScope scope, ScriptModel model, Manifest.Part part, Map<String, Tensor> live) {
        Map<String, Tensor> inputs = new HashMap<>(live);
        inputs.keySet().retainAll(part.inputs());
        List<Tensor> outputs = model.run(scope, inputs);
        for (int i = 0; i < outputs.size(); i++) {
            live.put(part.outputs().get(i), outputs.get(i));
        }
    }

    private static Set<String> neededAfter(Manifest.Role role, int part) {
        Set<String> needed = new HashSet<>();
        role.outputs().forEach(output -> needed.add(output.name()));
        role.parts().stream().skip(part + 1L).forEach(later -> needed.addAll(later.inputs()));
        return needed;
    }

    private static void release(TensorScope scope, Map<String, Tensor> live, Set<String> needed) {
        live.entrySet().removeIf(entry -> {
            boolean unneeded = !needed.contains(entry.getKey());
            if (unneeded) {
                scope.release(entry.getValue());
            }
            return unneeded;
        });
    }

    private static long[] shape(Manifest.Port port, int batch) {
        return port.shape().stream()
                .mapToLong(size -> size == -1 ? batch : size)
                .toArray();
    }

    private static long elements(long[] shape) {
        long elements = 1;
        for (long size : shape) {
            elements *= size;
        }
        return elements;
    }
}
