package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.DeviceMemory;
import org.junit.jupiter.api.Test;

class CleaningTest {
    private static final long NO_RESERVE = 0;

    @Test
    void emptiesTheHostsCacheRegularly() {
        DeviceMemory host = DeviceMemory.host(0);

        assertThat(Cleaning.PRESSURE.clean(host, NO_RESERVE, Cleaning.HOST_FUSIONS - 1))
                .isFalse();
        assertThat(Cleaning.PRESSURE.clean(host, NO_RESERVE, Cleaning.HOST_FUSIONS))
                .isTrue();
        assertThat(Cleaning.PRESSURE.clean(host, NO_RESERVE, Cleaning.HOST_FUSIONS + 1))
                .isFalse();
        assertThat(Cleaning.NEVER.clean(host, NO_RESERVE, Cleaning.HOST_FUSIONS))
                .isFalse();
    }

    @Test
    void emptiesADevicesCacheOnlyUnderPressure() {
        SimulatedMemory device = new SimulatedMemory(SimulatedMemory.MEBIBYTE);

        assertThat(Cleaning.PRESSURE.clean(device, NO_RESERVE, Cleaning.HOST_FUSIONS))
                .isFalse();
        assertThat(Cleaning.PRESSURE.clean(device, 2 * SimulatedMemory.MEBIBYTE, 1))
                .isTrue();
    }
}
