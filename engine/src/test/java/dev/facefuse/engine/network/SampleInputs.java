package dev.facefuse.engine.network;

import dev.facefuse.engine.pack.Manifest;
import java.util.HashMap;
import java.util.Map;

/** Deterministic inputs for any network. */
public final class SampleInputs {
    private SampleInputs() {}

    /** A batch of one for each input of a role, by name. */
    public static Map<String, HostTensor> of(Manifest.Role role) {
        Map<String, HostTensor> inputs = new HashMap<>();
        for (Manifest.Port port : role.inputs()) {
            long[] shape =
                    port.shape().stream().mapToLong(size -> Math.max(1, size)).toArray();
            int elements = 1;
            for (long size : shape) {
                elements *= (int) size;
            }
            float[] values = new float[elements];
            for (int i = 0; i < elements; i++) {
                values[i] = (i * 31 % 97) / 97f;
            }
            inputs.put(port.name(), new HostTensor(values, shape));
        }
        return inputs;
    }
}
