package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;

class ProcessNativeTest {

    private static final long BLOCK_BYTES = 64L << 20;

    @Test
    void nativeCodeSeesWhatWasSet() {
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isNull();

        ProcessNative.setEnvironment("FACEFUSE_TEST_VARIABLE", "größer=1");
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isEqualTo("größer=1");

        ProcessNative.setEnvironment("FACEFUSE_TEST_VARIABLE", "");
        assertThat(ProcessNative.getEnvironment("FACEFUSE_TEST_VARIABLE")).isEmpty();
    }

    @Test
    void refusesWhatIsNoName() {
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("A=B", "1"));
        assertThatIllegalArgumentException().isThrownBy(() -> ProcessNative.setEnvironment("A\0B", "1"));
    }

    @Test
    void residentMemoryFollowsAnAllocation() {
        long before = ProcessNative.residentBytes();
        assumeTrue(before > 0, "this system does not say");
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            Pointer.memset(block, 1, BLOCK_BYTES);
            assertThat(ProcessNative.residentBytes()).isGreaterThan(before + BLOCK_BYTES / 2);
        }
        ProcessNative.trim();
        assertThat(ProcessNative.residentBytes()).isLessThan(before + BLOCK_BYTES / 2);
    }

    @Test
    void peakRemembersUntilReset() {
        assumeTrue(ProcessNative.resetPeak(), "this system does not reset it");
        long before = ProcessNative.residentBytes();
        try (BytePointer block = new BytePointer(BLOCK_BYTES)) {
            Pointer.memset(block, 1, BLOCK_BYTES);
        }
        assertThat(ProcessNative.peakResidentBytes()).isGreaterThan(before + BLOCK_BYTES / 2);

        assertThat(ProcessNative.resetPeak()).isTrue();
        assertThat(ProcessNative.peakResidentBytes()).isLessThan(before + BLOCK_BYTES / 2);
    }

    @Test
    void javaCppDoesNotLimitMemoryByTheHeap() {
        ProcessNative.residentBytes();
        assertThat(Pointer.maxBytes()).isZero();
        assertThat(Pointer.maxPhysicalBytes()).isZero();
    }
}
