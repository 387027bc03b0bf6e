package dev.facefuse.engine;

/**
 * How an engine fares: quick to ask for while it works, the figures then of slightly different instants. Counts are since the
 * engine was opened, {@code reclaimedObjects} since the process started.
 *
 * @param device memory of the device the networks run on
 * @param host memory of this process; the same figures where the networks run there
 * @param admission who fuses and who waits
 * @param reclaimedObjects owners of native memory that nobody closed and the collector found: each is a defect
 * @param outOfMemory times that memory ran out on the device in spite of the plan
 * @param retries times that CUDA's allocator gave its caches back for want of memory and tried again; 0 on the host
 * @param drifts fusions after which the device held more or less than before: each is a defect
 * @param driftBytes what was held more after them, in all
 * @param cleanings times that caches were given back
 */
public record Vitals(
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
     * @param total what there is; on the host this process's limit
     * @param free what could be taken beyond {@code reserved}
     * @param allocated what live tensors and models take
     * @param reserved what this process holds, caches included; on the host, resident memory
     * @param peak the most that was in use since the last stage of a fusion began
     */
    public record Memory(String device, long total, long free, long allocated, long reserved, long peak) {}

    /**
     * Requests at an instant, and the most that there may be.
     *
     * @param permits fusions at a time
     * @param fusing fusions now
     * @param queue requests that may wait
     * @param waiting requests that wait now
     */
    public record Admission(int permits, int fusing, int queue, int waiting) {}
}
