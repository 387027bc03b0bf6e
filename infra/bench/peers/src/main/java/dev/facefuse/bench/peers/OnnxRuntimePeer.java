package dev.facefuse.bench.peers;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import dev.facefuse.bench.Inputs;
import dev.facefuse.bench.PeerOptions;
import dev.facefuse.bench.ContenderService;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** The original's networks, exported to ONNX, in ONNX Runtime with all of its optimisations. */
public final class OnnxRuntimePeer {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Map<String, OrtSession> sessions = new HashMap<>();

    private OnnxRuntimePeer(PeerOptions options) throws OrtException {
        try (OrtSession.SessionOptions settings = new OrtSession.SessionOptions()) {
            settings.setIntraOpNumThreads(options.threads());
            settings.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            for (String stage : options.stages()) {
                Path file = Path.of(options.models()).resolve(stage + ".onnx");
                sessions.put(stage, environment.createSession(file.toString(), settings));
            }
        }
    }

    /** Serves until its input ends. */
    public static void main(String[] arguments) throws Exception {
        PeerOptions options = PeerOptions.parse(arguments);
        OnnxRuntimePeer peer = new OnnxRuntimePeer(options);
        new ContenderService(options, peer::run).serve("ONNX Runtime " + peer.environment.getVersion());
        System.exit(0);
    }

    /** One face after the other: that is what was exported. */
    private float[] run(String stage, Map<String, Inputs.Values> inputs) throws OrtException {
        int batch = inputs.values().iterator().next().batch();
        float[][] outputs = new float[batch][];
        for (int i = 0; i < batch; i++) {
            outputs[i] = one(stage, inputs, i);
        }
        return joined(outputs);
    }

    private float[] one(String stage, Map<String, Inputs.Values> inputs, int index) throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Inputs.Values> input : inputs.entrySet()) {
                Inputs.Values values = input.getValue().one(index);
                tensors.put(
                        input.getKey(),
                        OnnxTensor.createTensor(environment, FloatBuffer.wrap(values.data()), values.shape()));
            }
            OrtSession session = Objects.requireNonNull(sessions.get(stage), stage);
            try (OrtSession.Result result = session.run(tensors)) {
                FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
                float[] values = new float[buffer.remaining()];
                buffer.get(values);
                return values;
            }
        } finally {
            tensors.values().forEach(OnnxTensor::close);
        }
    }

    private static float[] joined(float[][] pieces) {
        float[] all = new float[pieces.length * pieces[0].length];
        for (int i = 0; i < pieces.length; i++) {
            System.arraycopy(pieces[i], 0, all, i * pieces[i].length, pieces[i].length);
        }
        return all;
    }
}
