package dev.facefuse.engine.fusion;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** Computes parts of a fused face in the template's pixels on demand. Every {@link Mat} is the caller's to close. */
interface FacePixels extends AutoCloseable {
    /**
     * The face.
     *
     * @param place in the template
     * @return 8-bit BGR of the place's size
     */
    Mat pixels(Rect place);

    /** Opacity of {@link #pixels}: float32, 0 … 1. */
    Mat mask(Rect place);

    /** Skin: float32, 0 … 1, at most the mask. */
    Mat skin(Rect place);

    @Override
    void close();
}
