package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NvidiaDriverTest {

    @TempDir
    Path directory;

    @Test
    void isEmptyWithoutADriver() {
        assertThat(NvidiaDriver.whyUnused(directory.resolve("version"), false)).isEmpty();
    }

    @Test
    void reportsACpuBuild() throws IOException {
        assertThat(NvidiaDriver.whyUnused(driver("580.65.06"), false))
                .isEqualTo(
                        "There is an NVIDIA driver (580.65.06) here and this build is for the CPU: build with -Pgpu.");
    }

    @Test
    void reportsAnOldDriver() throws IOException {
        assertThat(NvidiaDriver.whyUnused(driver("535.183.01"), true))
                .isEqualTo("There is an NVIDIA driver (535.183.01) here and CUDA needs the 580 series: install a newer"
                        + " driver.");
    }

    @Test
    void reportsThatNoDeviceIsVisible() throws IOException {
        assertThat(NvidiaDriver.whyUnused(driver("580.65.06"), true)).contains("libtorch sees no CUDA device");
        assertThat(NvidiaDriver.whyUnused(Files.writeString(directory.resolve("odd"), "?"), true))
                .contains("an NVIDIA driver here and libtorch sees no CUDA device");
    }

    private Path driver(String version) throws IOException {
        return Files.writeString(
                directory.resolve("version"),
                "NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  " + version
                        + "  Release Build\nGCC version:  gcc version 13.3.0 (Ubuntu 13.3.0-6)\n");
    }
}
