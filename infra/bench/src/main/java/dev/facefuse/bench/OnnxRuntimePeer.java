package dev.facefuse.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The original's networks, exported to ONNX, in ONNX Runtime. Arguments: folder of the models, folder of the inputs, threads. */
public final class OnnxRuntimePeer {
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final Map<String, OrtSession> sessions = new HashMap<>();

    private OnnxRuntimePeer(Path models, int threads) throws OrtException {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(threads);
            options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
            for (String stage : Service.STAGES) {
                sessions.put(
                        stage,
                        environment.createSession(models.resolve(stage + ".onnx").toString(), options));
            }
        }
    }

    /** Serves until its input ends. */
    public static void main(String[] arguments) throws Exception {
        OnnxRuntimePeer peer = new OnnxRuntimePeer(Path.of(arguments[0]), Integer.parseInt(arguments[2]));
        new Service(new Inputs(Path.of(arguments[1])), peer::run)
                .serve("ONNX Runtime " + peer.environment.getVersion());
        System.exit(0);
    }

    private float[] run(String stage, Map<String, Inputs.Values> inputs) throws OrtException {
        Map<String, OnnxTensor> tensors = new HashMap<>();
        try {
            for (Map.Entry<String, Inputs.Values> input : inputs.entrySet()) {
                tensors.put(
                        input.getKey(),
                        OnnxTensor.createTensor(
                                environment,
                                FloatBuffer.wrap(input.getValue().data()),
                                input.getValue().shape()));
            }
            OrtSession session = sessions.get(stage);
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
}
