package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_core.CV_32FC1;
import static org.bytedeco.opencv.global.opencv_core.CV_8UC3;
import static org.bytedeco.opencv.global.opencv_core.multiply;
import static org.bytedeco.opencv.global.opencv_imgproc.INTER_LINEAR;

import dev.facefuse.engine.face.Box;
import dev.facefuse.engine.face.FaceTopology;
import dev.facefuse.engine.face.Mesh;
import dev.facefuse.engine.picture.NativeImage;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.util.List;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/**
 * Layers of a fused face, one over the other. {@code template + mask·(pixels − template)} gives the same as blending each layer over
 * the one below. With opacities w, {@code mask = 1 − (1 − w₁)(1 − w₂)}, and pixels are the layers' mean, weighted by their visible
 * share.
 *
 * @param layers from the lowest up
 * @param mesh of the template's face
 * @param topology of the mesh
 */
record LayerStack(List<Layer> layers, Mesh mesh, FaceTopology topology) implements FacePixels {
    /** Margin around the mesh's bounds, in eye distances; the outline fades inside of them. */
    private static final double MARGIN = 0.1;

    LayerStack {
        layers = List.copyOf(layers);
    }

    /** The mask is 0 outside of this box; template pixels. */
    Box bounds() {
        return layers.stream().map(Layer::bounds).reduce(Box::around).orElseThrow();
    }

    @Override
    public Mat pixels(Rect place) {
        return NativeImage.kept(new Mat(place.height(), place.width(), CV_8UC3), pixels -> drawPixels(place, pixels));
    }

    private void drawPixels(Rect place, Mat pixels) {
        ByteBuffer buffer = pixels.createBuffer();
        Pixel pixel = new Pixel();
        byte[] row = new byte[3 * place.width()];
        for (int y = 0; y < place.height(); y++) {
            for (int x = 0; x < place.width(); x++) {
                pixel.read(place.x() + x, place.y() + y);
                row[3 * x] = rounded(pixel.rgb[2]);
                row[3 * x + 1] = rounded(pixel.rgb[1]);
                row[3 * x + 2] = rounded(pixel.rgb[0]);
            }
            buffer.put(row);
        }
    }

    private static byte rounded(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }

    @Override
    public Mat mask(Rect place) {
        return NativeImage.kept(new Mat(place.height(), place.width(), CV_32FC1), mask -> drawMask(place, mask));
    }

    private void drawMask(Rect place, Mat mask) {
        FloatBuffer buffer = mask.createBuffer();
        Pixel pixel = new Pixel();
        float[] row = new float[place.width()];
        for (int y = 0; y < place.height(); y++) {
            for (int x = 0; x < place.width(); x++) {
                row[x] = pixel.read(place.x() + x, place.y() + y);
            }
            buffer.put(row);
        }
    }

    /** The face within its outline, without eyes, brows and lips. */
    @Override
    public Mat skin(Rect place) {
        Canvas canvas = Canvas.around(mesh, MARGIN * mesh.eyeDistance(), 1);
        FaceRegions regions = new FaceRegions(topology, canvas.toCanvas(mesh), canvas.width(), canvas.height());
        try (Mat onCanvas = regions.outline().without(regions.features()).toMat();
                Mat mask = mask(place)) {
            return NativeImage.kept(canvas.enlarge(onCanvas, place, INTER_LINEAR), skin -> multiply(skin, mask, skin));
        }
    }

    @Override
    public void close() {
        // All of it is on the Java heap.
    }

    /** The blend of all layers at one pixel. */
    private final class Pixel {
        /** Black where nothing shows. */
        private final float[] rgb = new float[3];

        private final float[] above = new float[3];

        private float read(int x, int y) {
            float shown = 0;
            rgb[0] = 0;
            rgb[1] = 0;
            rgb[2] = 0;
            for (Layer layer : layers) {
                float weight = layer.read(x, y, above);
                if (weight > 0) {
                    float below = (1 - weight) * shown;
                    shown = below + weight;
                    for (int channel = 0; channel < 3; channel++) {
                        rgb[channel] = (below * rgb[channel] + weight * above[channel]) / shown;
                    }
                }
            }
            return shown;
        }
    }
}
