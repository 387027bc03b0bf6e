package dev.facefuse.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.AllocatorReport;
import dev.facefuse.nativelib.AllocatorSettings;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Libtorch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;

/** That a card which is there is used, and as it was asked. */
@Tag("gpu")
class CardTest {
    @Test
    void aCardThatIsThereIsUsed(TestReporter reporter) {
        if (Boolean.getBoolean("facefuse.gpu.expected")) {
            assertThat(Libtorch.load().cuda())
                    .as(
                            "libtorch uses the card; if not, its driver is older than CUDA 13.1 wants (580) or not reachable")
                    .isTrue();
        }
        Card.require();
        Figures figures = new Figures(reporter);
        DeviceMemory memory = Card.memory();
        figures.record("memory of the card", memory.total(), "bytes");
        figures.record("free of it", memory.free(), "bytes");
        memory.processes()
                .forEach(use -> figures.record("held by " + use.name() + " " + use.pid(), use.bytes(), "bytes"));
    }

    @Test
    void theAllocatorTookItsSettings(TestReporter reporter) {
        Card.require();
        AllocatorReport allocator = Libtorch.load().allocator();
        new Figures(reporter).record("read back from the running allocator", allocator.conf());
        assertThat(allocator.remark()).isEmpty();
        assertThat(allocator.readBack()).isTrue();
        assertThat(allocator.conf()).isEqualTo(AllocatorSettings.DEFAULT.render());
    }
}
