package dev.facefuse.engine.picture;

import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.MatVector;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;

/** Closes OpenCV's objects when the work on them fails. */
public final class NativeImage {

    private NativeImage() {}

    /** A new image that the work fills; the caller's to close. Closed here if the work throws. */
    public static Mat filled(Consumer<Mat> work) {
        return kept(new Mat(), work);
    }

    /** The object after the work on it; the caller's to close. Closed here if the work throws. */
    public static <T extends Pointer> T kept(T object, Consumer<? super T> work) {
        try (NativeOwner owner = new NativeOwner()) {
            work.accept(owner.own(object));
            return owner.transferTo(object);
        }
    }

    /**
     * Owns what this thread makes of OpenCV's objects until the scope is closed: whatever is not closed by then, for example
     * because the Java heap ran out between two lines, is closed by the scope. An object that is closed earlier is freed
     * earlier.
     */
    @SuppressWarnings("unchecked") // Generic arrays of classes.
    public static PointerScope scope() {
        return new PointerScope(Mat.class, MatVector.class, Point.class, Rect.class, Scalar.class, Size.class);
    }
}
