package dev.facefuse.engine.picture;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.Libtorch;
import dev.facefuse.nativelib.ProcessNative;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgcodecs;

/** Prepares OpenCV once in a process, and translates its exceptions into named errors. */
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
        // OpenCV loads OpenBLAS, which libtorch uses too.
        Libtorch.prepareEnvironment();
    }

    private OpenCv() {}

    /**
     * Switches OpenCV's own warnings off, unless {@code OPENCV_LOG_LEVEL} asks for them, and keeps OpenBLAS's threads from competing with
     * libtorch's. It must be called before OpenCV is used; a second call does nothing.
     */
    public static void prepare() {
        // The work is this class's initialisation.
    }

    /**
     * Loads OpenCV's libraries, for which the first picture would wait otherwise, and keeps the codecs' messages about pictures off
     * standard error. A second call does nothing.
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

    /** OpenCV's own version, such as {@code 4.13.0}. */
    public static String version() {
        prepare();
        try (BytePointer version = opencv_core.getVersionString()) {
            return version.getString().replace("\0", "");
        }
    }

    /** The error for an exception of OpenCV, whose own text names lines of C++ source and helps nobody. */
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
