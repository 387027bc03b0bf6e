package dev.facefuse.nativelib;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.pytorch.global.torch;

/** Diagnoses why libtorch cannot use the NVIDIA driver of this machine. */
public final class NvidiaDriver {

    /** The oldest driver series that supports CUDA 13.1. */
    static final int MIN_MAJOR_VERSION = 580;

    private static final Path VERSION_FILE = Path.of("/proc/driver/nvidia/version");
    private static final Pattern VERSION = Pattern.compile("\\b(\\d{3,})\\.\\d+(\\.\\d+)?\\b");

    private NvidiaDriver() {}

    /**
     * The reason why libtorch sees no CUDA device although there is a driver, and what to do, as a sentence; empty if there is no
     * driver or libtorch sees a device.
     */
    public static String whyUnused() {
        return Libtorch.load().cuda() ? "" : whyUnused(VERSION_FILE, hasCudaNatives());
    }

    static String whyUnused(Path versionFile, boolean cudaNatives) {
        String text;
        try {
            text = Files.readString(versionFile);
        } catch (IOException e) {
            return "";
        }
        Matcher version = VERSION.matcher(text);
        boolean known = version.find();
        String driver = known ? "an NVIDIA driver (" + version.group() + ")" : "an NVIDIA driver";
        if (!cudaNatives) {
            return "There is " + driver + " here and this build is for the CPU: build with -Pgpu.";
        }
        if (known && Integer.parseInt(version.group(1)) < MIN_MAJOR_VERSION) {
            return "There is " + driver + " here and CUDA needs the " + MIN_MAJOR_VERSION
                    + " series: install a newer driver.";
        }
        return "There is " + driver + " here and libtorch sees no CUDA device: give this process one"
                + " (CUDA_VISIBLE_DEVICES, docker --gpus).";
    }

    private static boolean hasCudaNatives() {
        String path = "/org/bytedeco/pytorch/" + Loader.getPlatform() + "-gpu/" + System.mapLibraryName("torch_cuda");
        return torch.class.getResource(path) != null;
    }
}
