package dev.facefuse.engine.face;

import java.nio.ByteBuffer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Converts pixels to a network's order and range: planes of float32, channel by channel. */
final class NetworkInput {
    /** The order of the channels; a {@link Mat} has blue first. */
    enum ChannelOrder {
        RGB,
        BGR
    }

    private final ChannelOrder order;
    private final float scale;
    private final float[] offsets;

    /**
     * Values {@code pixel · scale + offset}.
     *
     * @param offsets one a channel, in the network's order
     */
    NetworkInput(ChannelOrder order, float scale, float... offsets) {
        this.order = order;
        this.scale = scale;
        this.offsets = offsets.clone();
    }

    /**
     * Writes one picture of a batch.
     *
     * @param pixels continuous 8-bit BGR
     * @param batch N × 3 × height × width
     * @param index which of the N
     */
    void write(Mat pixels, float[] batch, int index) {
        int area = pixels.rows() * pixels.cols();
        byte[] bytes = new byte[3 * area];
        ByteBuffer buffer = pixels.createBuffer();
        buffer.get(bytes);
        for (int channel = 0; channel < 3; channel++) {
            int source = order == ChannelOrder.RGB ? 2 - channel : channel;
            float offset = offsets[channel];
            int out = (3 * index + channel) * area;
            for (int i = 0; i < area; i++) {
                batch[out + i] = (bytes[3 * i + source] & 0xff) * scale + offset;
            }
        }
    }
}
