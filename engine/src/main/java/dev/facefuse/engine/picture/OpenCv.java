package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.ProcessNative;
import java.util.function.Consumer;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;
import org.bytedeco.opencv.opencv_core.Mat;

/** Makes OpenCV ready once a process, and turns what it throws into a named error. */
public final class OpenCv {
    /** OpenCV's text for {@code StsNoMem}. */
    private static final String NO_MEMORY = "Insufficient memory";

    private static final String BAD_ALLOC = "std::bad_alloc";

    /** Read by OpenCV once, when its library is loaded. */
    private static final String LOG_LEVEL = "OPENCV_LOG_LEVEL";

    static {
        if (ProcessNative.getEnvironment(LOG_LEVEL) == null) {
            ProcessNative.setEnvironment(LOG_LEVEL, "SILENT");
        }
        // OpenCV brings OpenBLAS along, which libtorch uses too.
        Libtorch.prepareEnvironment();
    }

    private OpenCv() {}

    /**
     * Keeps OpenCV's own warnings off the user's terminal, unless {@code OPENCV_LOG_LEVEL} asks for them, and OpenBLAS's threads
     * out of libtorch's way. To be called before OpenCV is touched; again is nothing.
     */
    public static void prepare() {
        // The work is this class's initialisation.
    }

    /**
     * Loads its libraries, for which the first picture would wait otherwise, and keeps what its codecs print about pictures off standard
     * error. A second call does nothing.
     */
    public static void load() {
        Codecs.load();
    }

    /** The library that decodes and encodes; its loading is this class's initialisation. */
    private static final class Codecs {
        static {
            prepare();
            Loader.load(opencv_imgcodecs.class);
            ProcessNative.silenceStandardError("libopencv_imgcodecs.so");
        }

        private static void load() {
            // The work is this class's initialisation.
        }
    }

    /**
     * The matrix that a function of OpenCV fills.
     *
     * @param fill given an empty one to fill, which is closed if this throws
     * @return the caller's to close
     */
    static Mat filled(Consumer<Mat> fill) {
        return NativeImage.filled(fill);
    }

    /** OpenCV's own version, such as {@code 4.11.0}. */
    public static String version() {
        prepare();
        try (BytePointer version = opencv_core.getVersionString()) {
            return version.getString().replace("\0", "");
        }
    }

    /** What OpenCV threw at a picture, as a named error; its own text names C++ source lines and helps nobody. */
    static FuseException failure(PictureFormat format, RuntimeException thrown) {
        String message = String.valueOf(thrown.getMessage());
        if (message.contains(NO_MEMORY) || message.contains(BAD_ALLOC)) {
            return new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "There is not enough memory for this picture; send a smaller one.",
                    thrown);
        }
        return new FuseException(
                ErrorCode.BAD_PICTURE,
                "The " + format.title() + " is damaged and cannot be decoded; open it elsewhere and save it again.",
                thrown);
    }
}
