package dev.facefuse.engine;

import java.util.List;

/**
 * What an engine runs on; the body of {@code doctor}.
 *
 * @param cpuCapability the instruction set libtorch chose, {@code AVX512}
 * @param residentBytes resident memory of the process now
 */
public record EngineInfo(
        String facefuse,
        String libtorch,
        String opencv,
        String cpuCapability,
        boolean bfloat16,
        int threads,
        boolean cuda,
        int cudaDevices,
        String device,
        String pack,
        List<Role> roles,
        long residentBytes,
        long peakResidentBytes) {

    /** A network of the pack: its stored type, the type it runs in, the bytes its weights take. */
    public record Role(String name, String file, String storedDtype, String dtype, long weightBytes) {}
}
