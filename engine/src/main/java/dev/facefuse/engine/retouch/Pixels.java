package dev.facefuse.engine.retouch;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;

/** Rows of a {@code Mat} to Java arrays and back; the {@code Mat} may be a region of a larger one. */
final class Pixels {
    private Pixels() {}

    static void read(Mat mat, int row, byte[] into) {
        try (BytePointer pointer = mat.ptr(row)) {
            pointer.get(into);
        }
    }

    static void write(Mat mat, int row, byte[] from) {
        try (BytePointer pointer = mat.ptr(row)) {
            pointer.put(from);
        }
    }

    static void read(Mat mat, int row, float[] into) {
        try (FloatPointer pointer = new FloatPointer(mat.ptr(row))) {
            pointer.get(into);
        }
    }

    /** The mask's weight as one in 0…1; not-a-number is 0. */
    static float weight(float mask) {
        return mask > 0f ? Math.min(mask, 1f) : 0f;
    }

    /** The nearest whole number in 0…255, as a byte. */
    static byte rounded(float value) {
        return (byte) Math.max(0, Math.min(255, Math.round(value)));
    }

    static void requireSame(Mat bgr, int bgrType, Mat other, int otherType) {
        boolean same = bgr.type() == bgrType
                && other.type() == otherType
                && bgr.rows() == other.rows()
                && bgr.cols() == other.cols();
        if (!same) {
            throw new IllegalArgumentException("Pixels of other types or sizes: " + bgr + ", " + other);
        }
    }
}
