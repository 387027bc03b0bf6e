package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ProcessNativeTest {

    private static final long BLOCK_BYTES = 64L << 20;
    /** The JVM's own threads may allocate or free memory at the same time. */
    private static final long TOLERANCE_BYTES = 8L << 20;

    @Test
    void setsVariablesForNativeCode() {
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isNull();

        ProcessNative.setEnvironment("FACEFUSE_TEST_VARIABLE", "größer=1");
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isEqualTo("größer=1");

        ProcessNative.setEnvironment("FACEFUSE_TEST_VARIABLE", "");
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isEmpty();
    }

    @Test
    void rejectsInvalidNames() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("A=B", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("A\0B", "1"));
    }

    @Test
    void residentBytesFollowAnAllocation() {
        long before = ProcessNative.residentBytes();
        assumeTrue(before > 0, "this system does not report resident memory");
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            Pointer.memset(block, 1, BLOCK_BYTES);
            assertThat(ProcessNative.residentBytes()).isGreaterThan(before + BLOCK_BYTES / 2);
        }
        ProcessNative.trim();
        assertThat(ProcessNative.residentBytes()).isLessThan(before + BLOCK_BYTES / 2);
    }

    /** The pages of the running code are released too. The kernel must reload them. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void droppedCodeIsReloaded() {
        assertThat(ProcessNative.dropCode()).isTrue();
        assertThat(ProcessNative.residentBytes()).isPositive();
    }

    @Test
    void peakIsKeptUntilReset() {
        assumeTrue(ProcessNative.resetPeak(), "this system cannot reset the peak");
        long before = ProcessNative.residentBytes();
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            Pointer.memset(block, 1, BLOCK_BYTES);
        }
        assertThat(ProcessNative.peakResidentBytes()).isGreaterThan(before + BLOCK_BYTES / 2);

        assertThat(ProcessNative.resetPeak()).isTrue();
        assertThat(ProcessNative.peakResidentBytes()).isLessThan(before + BLOCK_BYTES / 2);
    }

    @Test
    void heapBytesCountUntouchedAllocations() {
        long before = ProcessNative.heapBytes();
        assumeTrue(before > 0, "this C library does not report its heap");
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            assertThat(ProcessNative.heapBytes()).isGreaterThanOrEqualTo(before + BLOCK_BYTES - TOLERANCE_BYTES);
            assertThat(block.capacity()).isEqualTo(BLOCK_BYTES);
        }
        assertThat(ProcessNative.heapBytes()).isLessThan(before + TOLERANCE_BYTES);
    }

    @Test
    void blocksAboveTheThresholdAreReturnedWhenFreed() throws IOException, InterruptedException {
        List<String> printed = ForkedJvm.running(SmallBlocks.class).run();
        assumeTrue(!printed.get(0).equals("false"), "this C library has no such threshold");
        assertThat(printed).containsExactly("true", "gone", "true", "kept");
    }

    /** Frees all blocks except the last, which the heap cannot shrink below: first with separate mappings, then without. */
    static final class SmallBlocks {

        private static final int BLOCKS = 256;

        public static void main(String[] arguments) {
            System.out.println(ProcessNative.setMmapThreshold(128 << 10));
            System.out.println(freeingKeepsPages() ? "kept" : "gone");
            System.out.println(ProcessNative.setMmapThreshold(32 << 20));
            System.out.println(freeingKeepsPages() ? "kept" : "gone");
        }

        private static boolean freeingKeepsPages() {
            long before = ProcessNative.residentBytes();
            BytePointer[] blocks = new BytePointer[BLOCKS];
            for (int i = 0; i < BLOCKS; i++) {
                blocks[i] = new BytePointer(BLOCK_BYTES / BLOCKS);
                Pointer.memset(blocks[i], 1, blocks[i].capacity());
            }
            for (int i = 0; i < BLOCKS - 1; i++) {
                blocks[i].close();
            }
            boolean kept = ProcessNative.residentBytes() > before + BLOCK_BYTES / 2;
            blocks[BLOCKS - 1].close();
            return kept;
        }
    }

    @Test
    void rejectsANegativeThreshold() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setMmapThreshold(-1));
    }

    @Test
    void javaCppHasNoMemoryLimit() {
        ProcessNative.residentBytes();
        assertThat(Pointer.maxBytes()).isZero();
        assertThat(Pointer.maxPhysicalBytes()).isZero();
    }
}
