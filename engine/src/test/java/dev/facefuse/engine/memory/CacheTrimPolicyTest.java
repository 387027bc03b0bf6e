package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.DeviceMemory;
import org.junit.jupiter.api.Test;

class CacheTrimPolicyTest {
    private static final long NO_RESERVE = 0;

    @Test
    void emptiesTheHostsCacheRegularly() {
        DeviceMemory host = DeviceMemory.host(0);

        assertThat(CacheTrimPolicy.PRESSURE.clean(host, NO_RESERVE, CacheTrimPolicy.HOST_FUSIONS - 1))
                .isFalse();
        assertThat(CacheTrimPolicy.PRESSURE.clean(host, NO_RESERVE, CacheTrimPolicy.HOST_FUSIONS))
                .isTrue();
        assertThat(CacheTrimPolicy.PRESSURE.clean(host, NO_RESERVE, CacheTrimPolicy.HOST_FUSIONS + 1))
                .isFalse();
        assertThat(CacheTrimPolicy.NEVER.clean(host, NO_RESERVE, CacheTrimPolicy.HOST_FUSIONS))
                .isFalse();
    }

    @Test
    void emptiesADevicesCacheOnlyUnderPressure() {
        SimulatedMemory device = new SimulatedMemory(SimulatedMemory.MEBIBYTE);

        assertThat(CacheTrimPolicy.PRESSURE.clean(device, NO_RESERVE, CacheTrimPolicy.HOST_FUSIONS))
                .isFalse();
        assertThat(CacheTrimPolicy.PRESSURE.clean(device, 2 * SimulatedMemory.MEBIBYTE, 1))
                .isTrue();
    }
}
