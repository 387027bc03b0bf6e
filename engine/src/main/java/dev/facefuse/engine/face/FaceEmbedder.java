package dev.facefuse.engine.face;

import static org.bytedeco.opencv.global.opencv_core.flip;

import dev.facefuse.engine.face.NetworkInput.ChannelOrder;
import dev.facefuse.engine.network.Network;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Computes the identity of a face with the FaceRes network (224×224, BGR less ImageNet's mean): a tight levelled square around the mesh,
 * so that hair and background do not count, averaged with its mirror image.
 */
public final class FaceEmbedder {
    /** The role of its network in a pack. */
    public static final String ROLE = "embedding";

    /** The crop and its mirror image, in one batch. */
    public static final int MOST_AT_ONCE = 2;

    private static final int INPUT_PX = 224;
    private static final int HORIZONTAL = 1;

    /** ImageNet's mean colour, as Caffe models subtract it. */
    private static final NetworkInput INPUT = new NetworkInput(ChannelOrder.BGR, 1, -103.939f, -116.779f, -123.68f);

    private final FaceNetwork network;

    /**
     * An embedder over a loaded network.
     *
     * @param network role {@code embedding}
     */
    public FaceEmbedder(Network network) {
        this.network = new FaceNetwork(network, INPUT, INPUT_PX);
    }

    /**
     * Embeds one face.
     *
     * @param picture 8-bit BGR
     * @param mesh in the picture's pixels
     */
    public Embedding embed(Mat picture, Mesh mesh) {
        float[] input = network.batch(MOST_AT_ONCE);
        try (Mat crop = mesh.squareAround(mesh.roll()).cut(picture, INPUT_PX);
                Mat mirrored = new Mat()) {
            flip(crop, mirrored, HORIZONTAL);
            network.write(crop, input, 0);
            network.write(mirrored, input, 1);
        }
        float[] values = network.run(input).get(0);
        int length = values.length / 2;
        float[] sum = new float[length];
        for (int i = 0; i < length; i++) {
            sum[i] = values[i] + values[length + i];
        }
        return Embedding.of(sum);
    }
}
