package dev.facefuse.engine;

import dev.facefuse.engine.fusion.UnetFusion;
import dev.facefuse.engine.fusion.UnetNetworks;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/** Measures how long each network takes. For one thread. */
final class TimedNetworks implements UnetNetworks {
    private static final double NANOS_PER_MILLI = 1e6;

    private final UnetNetworks networks;
    private final Map<String, Double> millis = new LinkedHashMap<>();
    private final Map<String, Integer> copied = new LinkedHashMap<>();

    TimedNetworks(UnetNetworks networks) {
        this.networks = networks;
    }

    /** Milliseconds by role since the last call, with copies to libtorch and back. */
    Map<String, Double> take() {
        Map<String, Double> taken = Map.copyOf(millis);
        millis.clear();
        return taken;
    }

    /** Repeats all copies of a fusion, to libtorch as a dtype and back, and measures them; milliseconds. */
    double copyMillis(Dtype dtype) {
        long start = System.nanoTime();
        copied.values().forEach(elements -> copy(new float[elements], dtype));
        return (System.nanoTime() - start) / NANOS_PER_MILLI;
    }

    private static void copy(float[] values, Dtype dtype) {
        try (TensorScope scope = TensorScope.open()) {
            Tensor converted = scope.to(scope.floats(values, values.length), Device.CPU, dtype);
            converted.toFloats();
        }
    }

    /** Inputs are copied to libtorch and outputs back: half of a round trip each. */
    private float[] timed(String role, Supplier<float[]> network, float[]... inputs) {
        long start = System.nanoTime();
        float[] output = network.get();
        millis.merge(role, (System.nanoTime() - start) / NANOS_PER_MILLI, Double::sum);
        int elements = output.length;
        for (float[] input : inputs) {
            elements += input.length;
        }
        copied.put(role, elements / 2);
        return output;
    }

    @Override
    public float[] embedding(float[] face) {
        return timed(UnetFusion.IDENTITY_ROLE, () -> networks.embedding(face), face);
    }

    @Override
    public float[] coefficients(float[] faces, int n) {
        return timed(UnetFusion.SHAPE_ROLE, () -> networks.coefficients(faces, n), faces);
    }

    @Override
    public float[] fused(float[] target, float[] embedding, float[] fusedJaw, float[] targetJaw) {
        return timed(UnetFusion.GENERATOR_ROLE, () -> networks.fused(target, embedding, fusedJaw, targetJaw), target);
    }

    @Override
    public boolean hasEnhancer() {
        return networks.hasEnhancer();
    }

    @Override
    public float[] enhanced(float[] face) {
        return timed(UnetFusion.ENHANCER_ROLE, () -> networks.enhanced(face), face);
    }
}
