package dev.facefuse.engine.gpu;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.memory.SimulatedMemory;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Libtorch;

/**
 * The device of the tests in this package: the first card that libtorch sees, or the host if there is none. System properties set the
 * number of repetitions, {@code facefuse.gpu.fusions} and the like; the defaults suit every build.
 */
final class Card {
    private static final long PLENTY = 64L << 30;

    private Card() {}

    static boolean isThere() {
        return Libtorch.load().cuda();
    }

    /** Skips a test that means nothing without a card. */
    static void require() {
        assumeTrue(isThere(), "there is no CUDA device");
    }

    static Device device() {
        return isThere() ? Device.cuda(0) : Device.CPU;
    }

    static DeviceMemory memory() {
        return DeviceMemory.of(device());
    }

    /** The memory that a governor plans with: {@link #memory()}, or a simulated card on the host, which has one plan only. */
    static DeviceMemory plannedMemory() {
        return isThere() ? memory() : new SimulatedMemory(PLENTY);
    }

    /** An engine's settings here, with no faster plan than this. */
    static EngineSettings settings(Plan fastest) {
        return EngineSettings.DEFAULT
                .with("mesh", device().toString())
                .with(MemorySettings.DEFAULT.withFastest(fastest));
    }

    /** How often, by the last word of the property's name. */
    static int times(String what, int otherwise) {
        return Integer.getInteger("facefuse.gpu." + what, otherwise);
    }
}
