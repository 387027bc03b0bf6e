package dev.facefuse.engine.fusion;

import static org.bytedeco.opencv.global.opencv_imgcodecs.IMREAD_UNCHANGED;
import static org.bytedeco.opencv.global.opencv_imgcodecs.imdecode;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.ByteBuffer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.opencv_core.Mat;

/** Reads the opacity of the generator's crop: the pack's asset {@code mask}. */
final class FeatherMask {
    private static final float WHITE = 255;

    private FeatherMask() {}

    /**
     * Reads a pack's asset {@code mask}.
     *
     * @param png 8-bit grey, 256×256; white shows
     * @return one plane, 0 … 1
     * @throws FuseException {@code pack-invalid} if it is not such a picture
     */
    static Planes read(byte[] png) {
        int edge = Alignment.FUSED_PX;
        if (png.length == 0) {
            throw invalid();
        }
        try (BytePointer bytes = new BytePointer(png);
                Mat encoded = new Mat(1, png.length, opencv_core.CV_8UC1, bytes);
                Mat grey = imdecode(encoded, IMREAD_UNCHANGED)) {
            if (grey.type() != opencv_core.CV_8UC1 || grey.rows() != edge || grey.cols() != edge) {
                throw invalid();
            }
            Planes mask = new Planes(1, edge);
            ByteBuffer pixels = grey.createBuffer();
            for (int i = 0; i < mask.data().length; i++) {
                mask.data()[i] = (pixels.get(i) & 0xFF) / WHITE;
            }
            return mask;
        }
    }

    private static FuseException invalid() {
        return new FuseException(
                ErrorCode.PACK_INVALID, "The pack's mask is not a grey PNG of 256×256 pixels; export it again.");
    }
}
