package dev.facefuse.engine.face;

import dev.facefuse.engine.network.HostTensor;
import dev.facefuse.engine.network.Network;
import java.util.List;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/** Runs a small face network on a batch of crops. Nothing stays on the device. */
final class FaceNetwork {
    private final Network network;
    private final NetworkInput input;
    private final int inputPx;

    /**
     * A network that looks at crops.
     *
     * @param network takes {@code image}, N × 3 × inputPx × inputPx
     */
    FaceNetwork(Network network, NetworkInput input, int inputPx) {
        this.network = network;
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
     * @return the outputs in the network's order, each N × whatever, flattened
     */
    List<float[]> run(float[] batch) {
        int n = batch.length / (3 * inputPx * inputPx);
        return network.run(Map.of("image", new HostTensor(batch, n, 3, inputPx, inputPx)));
    }
}
