package dev.facefuse.engine.face;

import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/** One of the small face networks: a batch of crops in, numbers out. Nothing stays on the device. */
final class FaceNetwork {
    private final ScriptModel model;
    private final NetworkInput input;
    private final int inputPx;

    /**
     * A network over a loaded model.
     *
     * @param model takes {@code image}, N × 3 × inputPx × inputPx; stays the caller's
     */
    FaceNetwork(ScriptModel model, NetworkInput input, int inputPx) {
        this.model = model;
        this.input = input;
        this.inputPx = inputPx;
    }

    int inputPx() {
        return inputPx;
    }

    /** An empty batch of {@code n} crops, to be filled by {@link #write}. */
    float[] batch(int n) {
        return new float[n * 3 * inputPx * inputPx];
    }

    /** Puts a crop into a batch. */
    void write(Mat crop, float[] batch, int index) {
        input.write(crop, batch, index);
    }

    /**
     * Runs a batch.
     *
     * @return the outputs in the model's order, each N × whatever, flattened
     */
    List<float[]> run(float[] batch) {
        int n = batch.length / (3 * inputPx * inputPx);
        try (TensorScope scope = TensorScope.open()) {
            Tensor host = scope.floats(batch, n, 3, inputPx, inputPx);
            Tensor image = scope.to(host, model.device(), model.dtype());
            return model.run(scope, Map.of("image", image)).stream()
                    .map(Tensor::toFloats)
                    .toList();
        }
    }
}
