package dev.facefuse.nativelib;

import static dev.facefuse.nativelib.NativeException.Kind.OTHER;
import static dev.facefuse.nativelib.NativeException.Kind.OUT_OF_MEMORY;
import static dev.facefuse.nativelib.NativeException.Kind.SHAPE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.NativeException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.FieldSource;

class NativeExceptionTest {

    static final Arguments[] MESSAGES = {
        Arguments.of(
                OUT_OF_MEMORY,
                "CUDA out of memory. Tried to allocate 20.00 MiB. GPU 0 has a total capacity of 8.00 GiB of which 3.12 MiB is"
                        + " free."),
        Arguments.of(OUT_OF_MEMORY, "CUDA error: out of memory"),
        Arguments.of(
                OUT_OF_MEMORY,
                "DefaultCPUAllocator: can't allocate memory: you tried to allocate 4000000000000 bytes. Error code 12 (Cannot"
                        + " allocate memory)"),
        Arguments.of(OUT_OF_MEMORY, "std::bad_alloc"),
        Arguments.of(
                OUT_OF_MEMORY,
                "NVML_SUCCESS == DriverAPI::get()->nvmlDeviceGetHandleByPciBusId_v2_( pci_id, &nvml_device) INTERNAL ASSERT"
                        + " FAILED at \"c10/cuda/CUDACachingAllocator.cpp\":1139, please report a bug to PyTorch."),
        Arguments.of(SHAPE, "mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)"),
        Arguments.of(
                SHAPE, "The size of tensor a (3) must match the size of tensor b (2) at non-singleton dimension 1"),
        Arguments.of(SHAPE, "Sizes of tensors must match except in dimension 1. Expected size 4 but got size 5"),
        Arguments.of(
                SHAPE,
                "Given groups=1, weight of size [16, 3, 3, 3], expected input[1, 4, 8, 8] to have 3 channels, but got 4"
                        + " channels instead"),
        Arguments.of(SHAPE, "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [3]"),
        Arguments.of(SHAPE, "shape '[2, 3]' is invalid for input of size 5"),
        Arguments.of(SHAPE, "Dimension out of range (expected to be in range of [-1, 0], but got 1)"),
        Arguments.of(
                SHAPE,
                "Calculated padded input size per channel: (2 x 2). Kernel size: (3 x 3). Kernel size can't be greater than"
                        + " actual input size"),
        Arguments.of(OTHER, "Expected all tensors to be on the same device, but found at least two devices"),
        Arguments.of(OTHER, "expected scalar type Half but found Float"),
        Arguments.of(OTHER, "CUDA error: an illegal memory access was encountered"),
        Arguments.of(OTHER, "PytorchStreamReader failed reading zip archive: failed finding central directory"),
    };

    @ParameterizedTest
    @FieldSource("MESSAGES")
    void classifiesMessages(Kind kind, String message) {
        NativeException exception =
                NativeException.from(new RuntimeException(message + "\nException raised from f at x"));
        assertThat(exception.kind()).isEqualTo(kind);
        assertThat(exception).hasMessage(message);
    }

    @Test
    void keepsTheStackFramesInTheCause() {
        RuntimeException thrown = new RuntimeException("\n  No such operator\nframe #0: c10::Error\nframe #1: ...");
        assertThat(NativeException.from("face.pt", thrown))
                .hasMessage("face.pt: No such operator")
                .hasCause(thrown);
    }

    @Test
    void extractsTheReasonFromATorchScriptTraceback() {
        assertThat(NativeException.reasonIn("""
                        The following operation failed in the TorchScript interpreter.
                        Traceback of TorchScript, serialized code (most recent call last):
                          File "code/__torch__.py", line 10, in forward
                            ~~~~~~ <--- HERE

                        Traceback of TorchScript, original code (most recent call last):
                          File "make.py", line 3, in forward
                        RuntimeError: mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)
                        """)).isEqualTo("mat1 and mat2 shapes cannot be multiplied (1x2 and 3x2)");
        assertThat(NativeException.reasonIn("Banner.\nbuiltins.ValueError: seven rows, please\n"))
                .isEqualTo("seven rows, please");
        assertThat(NativeException.reasonIn("Banner.\ntorch.OutOfMemoryError: CUDA out of memory. Tried"))
                .isEqualTo("CUDA out of memory. Tried");
    }

    @Test
    void removesTheAllocatorsSourceLine() {
        assertThat(NativeException.reasonIn(
                        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory"))
                .isEqualTo("DefaultCPUAllocator: can't allocate memory");
    }

    @Test
    void handlesAnEmptyMessage() {
        assertThat(NativeException.from(new RuntimeException("\n\n"))).hasMessage("unknown error");
        assertThat(NativeException.from(new UnsatisfiedLinkError())).hasMessageContaining("UnsatisfiedLinkError");
    }
}
