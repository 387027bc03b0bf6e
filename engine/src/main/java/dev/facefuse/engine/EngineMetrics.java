package dev.facefuse.engine;

/**
 * Memory, queue and error counts of an engine. Cheap to compute while the engine works; the figures then belong to slightly different
 * instants. Counts begin when the engine is opened, {@code reclaimedObjects} when the process starts.
 *
 * @param device memory of the device that the networks run on
 * @param host memory of this process; the same figures if the networks run on the host
 * @param admission running and waiting requests
 * @param reclaimedObjects native objects that the garbage collector reclaimed because nobody closed them; each one is a bug
 * @param outOfMemory times that the device ran out of memory in spite of the plan
 * @param retries times that CUDA's allocator emptied its caches and tried an allocation again; 0 on the host
 * @param drifts fusions after which the device held more or less memory than before; each one is a bug
 * @param driftBytes total growth after them
 * @param cleanings times that caches were emptied
 */
public record EngineMetrics(
        Memory device,
        Memory host,
        Admission admission,
        long reclaimedObjects,
        long outOfMemory,
        long retries,
        long drifts,
        long driftBytes,
        long cleanings) {

    /**
     * Bytes of one device; see {@link dev.facefuse.nativelib.DeviceMemory}.
     *
     * @param device {@code cpu} or {@code cuda:0}
     * @param total capacity; on the host the limit of this process
     * @param free bytes available beyond {@code reserved}
     * @param allocated bytes of live tensors and models
     * @param reserved bytes that this process holds, caches included; on the host, resident memory
     * @param peak largest use since the last stage of a fusion began
     */
    public record Memory(String device, long total, long free, long allocated, long reserved, long peak) {}

    /**
     * Requests at one instant, and the limits on their number.
     *
     * @param permits fusions that may run at a time
     * @param fusing fusions that run
     * @param queue requests that may wait
     * @param waiting requests that wait
     */
    public record Admission(int permits, int fusing, int queue, int waiting) {}
}
