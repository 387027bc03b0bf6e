package dev.facefuse.nativelib;

/**
 * What {@link Libtorch#load()} found.
 *
 * @param version libtorch's version, e.g. {@code 2.10.0}
 * @param cpuCapability the widest instructions libtorch's own kernels use here: {@code DEFAULT}, {@code AVX2}, {@code AVX512}
 * @param bfloat16 whether the processor computes in bfloat16 (AVX512-BF16 or AMX): if not, bfloat16 on the CPU is slow
 * @param intraOpThreads threads that share one operation
 * @param interOpThreads threads for operations side by side (models here have none)
 * @param cuda whether there is a usable CUDA device
 * @param cudaDevices how many
 * @param allocator the settings of CUDA's caching allocator
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
