package dev.facefuse.nativelib;

/**
 * The properties of the loaded libtorch and of this machine.
 *
 * @param version libtorch's version, such as {@code 2.10.0}
 * @param cpuCapability the widest instruction set that libtorch's own kernels use here: {@code DEFAULT}, {@code AVX2}, {@code AVX512}
 * @param bfloat16 whether the CPU computes in bfloat16 (AVX512-BF16 or AMX); otherwise bfloat16 on the CPU is slow
 * @param intraOpThreads the number of threads that share one operation
 * @param interOpThreads the number of threads for independent operations (the models here have none)
 * @param cuda whether there is a usable CUDA device
 * @param cudaDevices the number of CUDA devices
 * @param allocator the settings of the CUDA caching allocator
 */
public record LibtorchInfo(
        String version,
        String cpuCapability,
        boolean bfloat16,
        int intraOpThreads,
        int interOpThreads,
        boolean cuda,
        int cudaDevices,
        AllocatorReport allocator) {}
