package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.facefuse.nativelib.DeviceMemory.ProcessUse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {

    private static final long GIBIBYTE = 1L << 30;
    private static final long BLOCK_BYTES = 64L << 20;

    @TempDir
    Path proc;

    @Test
    void allocatedIsTheMemoryOfScopes() {
        DeviceMemory memory = DeviceMemory.of(Device.CPU);
        assertThat(memory.device()).isEqualTo(Device.CPU);
        long before = memory.allocated();
        try (TensorScope scope = TensorScope.open()) {
            scope.floats(new float[1000], 1000);
            assertThat(memory.allocated()).isEqualTo(before + 4000);
        }
        assertThat(memory.allocated()).isEqualTo(before);
    }

    @Test
    void reservedFollowsResidentMemory() {
        DeviceMemory memory = DeviceMemory.host(0);
        memory.resetPeak();
        long before = memory.reserved();
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            Pointer.memset(block, 1, BLOCK_BYTES);
            assertThat(memory.reserved()).isGreaterThan(before + BLOCK_BYTES / 2);
        }
        memory.emptyCache();
        memory.synchronize();
        assertThat(memory.reserved()).isLessThan(before + BLOCK_BYTES / 2);
        assertThat(memory.peak()).isGreaterThan(before + BLOCK_BYTES / 2);
    }

    @Test
    void totalIsThePhysicalMemoryOrTheLimit() throws IOException {
        meminfo(64 * GIBIBYTE, 32 * GIBIBYTE);
        assertThat(memory(0).total()).isEqualTo(64 * GIBIBYTE);
        assertThat(memory(8 * GIBIBYTE).total()).isEqualTo(8 * GIBIBYTE);
        assertThat(memory(128 * GIBIBYTE).total()).isEqualTo(64 * GIBIBYTE);
    }

    @Test
    void freeIsBoundedByLimitAndMachine() throws IOException {
        meminfo(64 * GIBIBYTE, 32 * GIBIBYTE);
        assertThat(memory(0).free()).isEqualTo(32 * GIBIBYTE);
        assertThat(memory(16 * GIBIBYTE).free()).isBetween(14 * GIBIBYTE, 16 * GIBIBYTE - 1);
        assertThat(memory(1).free()).isZero();
    }

    @Test
    void respectsTheCgroup() throws IOException {
        meminfo(64 * GIBIBYTE, 32 * GIBIBYTE);
        Files.writeString(proc.resolve("cgroup"), "0::/\n");
        Files.writeString(proc.resolve("mountinfo"), "30 23 0:26 / /groups rw - cgroup2 none rw\n");
        Path group = Files.createDirectory(proc.resolve("groups"));
        Files.writeString(group.resolve("memory.max"), Long.toString(8 * GIBIBYTE));
        Files.writeString(group.resolve("memory.current"), Long.toString(7 * GIBIBYTE));
        assertThat(memory(0).total()).isEqualTo(8 * GIBIBYTE);
        assertThat(memory(0).free()).isEqualTo(GIBIBYTE);
    }

    @Test
    void fallsBackToTheJvmWithoutProc() {
        assertThat(memory(0).total()).isPositive();
        assertThat(memory(0).free()).isNotNegative();
        assertThat(memory(0).processes()).isEmpty();
    }

    @Test
    void rejectsANegativeLimit() {
        assertThatIllegalArgumentException().isThrownBy(() -> DeviceMemory.host(-1));
    }

    @Test
    void listsProcessesByDescendingSize() throws IOException {
        process("7", "small", "VmRSS:\t      10 kB\n");
        process("8", "large", "VmPeak:\t   99 kB\nVmRSS:\t      20 kB\n");
        process("9", "kthreadd", "Threads:\t1\n");
        assertThat(memory(0).processes())
                .containsExactly(new ProcessUse(8, "large", 20 << 10), new ProcessUse(7, "small", 10 << 10));
    }

    @Test
    void listsThisProcess() {
        long here = ProcessHandle.current().pid();
        assertThat(DeviceMemory.host(0).processes()).anySatisfy(use -> {
            assertThat(use.pid()).isEqualTo(here);
            assertThat(use.name()).isEqualTo("java");
            assertThat(use.bytes()).isPositive();
        });
    }

    @Test
    void hasNoBlockStatistics() {
        assertThat(DeviceMemory.host(0).counters()).isEqualTo(new DeviceMemory.Counters(0, 0, -1, -1));
    }

    private HostMemory memory(long limitBytes) {
        return new HostMemory(new Cgroup(proc, proc), proc, limitBytes);
    }

    private void meminfo(long total, long available) throws IOException {
        Files.writeString(
                proc.resolve("meminfo"),
                "MemTotal:       %d kB\nMemFree:  1 kB\nMemAvailable:   %d kB\n"
                        .formatted(total / 1024, available / 1024));
    }

    private void process(String pid, String name, String status) throws IOException {
        Path directory = Files.createDirectory(proc.resolve(pid));
        Files.writeString(directory.resolve("comm"), name + "\n");
        Files.writeString(directory.resolve("status"), "Name:\t" + name + "\n" + status);
    }
}
