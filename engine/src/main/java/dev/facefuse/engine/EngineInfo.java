package dev.facefuse.engine;

import java.util.List;

/**
 * Versions, device and pack of an engine; part of what {@code doctor} prints.
 *
 * @param cpuCapability instruction set that libtorch chose, such as {@code AVX512}
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

    /** A network of the pack: its stored type, the type it runs in, and the bytes of its weights. */
    public record Role(String name, String file, String storedDtype, String dtype, long weightBytes) {}
}
