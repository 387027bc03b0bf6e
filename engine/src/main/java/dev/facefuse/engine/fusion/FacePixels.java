package dev.facefuse.engine.fusion;

import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;

/** A fused face that exists in the template's pixels only where it is asked for. Every {@link Mat} is the caller's to close. */
interface FacePixels extends AutoCloseable {
    /**
     * The face.
     *
     * @param place in the template
     * @return 8-bit BGR of the place's size
     */
    Mat pixels(Rect place);

    /** How much of {@link #pixels} shows: float32, 0 … 1. */
    Mat mask(Rect place);

    /** Where it is skin: float32, 0 … 1, at most the mask. */
    Mat skin(Rect place);

    @Override
    void close();
}
