package dev.facefuse.engine.face;

import static org.bytedeco.opencv.global.opencv_core.flip;

import dev.facefuse.engine.face.NetworkInput.ChannelOrder;
import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.Map;
import org.bytedeco.opencv.opencv_core.Mat;

/**
 * Says whose face it is with the FaceRes network (224×224, BGR less ImageNet's mean): a tight levelled square around the mesh,
 * so that hair and background have no say, averaged with its mirror image.
 */
public final class FaceEmbedder {
    private static final int INPUT_PX = 224;
    private static final int HORIZONTAL = 1;

    /** ImageNet's mean colour, as Caffe models subtract it. */
    private static final NetworkInput INPUT = new NetworkInput(ChannelOrder.BGR, 1, -103.939f, -116.779f, -123.68f);

    private final ScriptModel model;

    /**
     * An embedder over a loaded network.
     *
     * @param model role {@code embedding}; stays the caller's
     */
    public FaceEmbedder(ScriptModel model) {
        this.model = model;
    }

    /**
     * Embeds one face.
     *
     * @param picture 8-bit BGR
     * @param mesh in the picture's pixels
     */
    public Embedding embed(Mat picture, Mesh mesh) {
        float[] input = new float[2 * 3 * INPUT_PX * INPUT_PX];
        try (Mat crop = mesh.squareAround(mesh.roll()).cut(picture, INPUT_PX);
                Mat mirrored = new Mat()) {
            flip(crop, mirrored, HORIZONTAL);
            INPUT.write(crop, input, 0);
            INPUT.write(mirrored, input, 1);
        }
        try (TensorScope scope = TensorScope.open()) {
            Tensor image = scope.floats(input, 2, 3, INPUT_PX, INPUT_PX);
            float[] values = model.run(scope, Map.of("image", image)).get(0).toFloats();
            int length = values.length / 2;
            float[] sum = new float[length];
            for (int i = 0; i < length; i++) {
                sum[i] = values[i] + values[length + i];
            }
            return Embedding.of(sum);
        }
    }
}
