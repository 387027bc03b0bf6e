package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.ProcessNative;

/**
 * The host's memory, to those who say beforehand how much they will take: who asks for more than is left does not begin. Safe
 * from several threads at once.
 *
 * <pre>{@code
 * try (HostRoom.Place place = room.take(bytes)) {
 *     // takes up to so many bytes more
 * }
 * }</pre>
 */
public final class HostRoom {
    /** Who takes this much can wait for a collection of garbage, some 50 ms; smaller ones live beside it. */
    private static final long LARGE_BYTES = 384_000_000;

    private static final int LOOKS = 25;
    private static final int LOOK_MILLIS = 20;

    private final DeviceMemory host;
    private int inside;
    private long promised;
    private long residentBefore;

    /** Of this memory; {@link DeviceMemory#free()} and {@link DeviceMemory#total()} are what counts. */
    public HostRoom(DeviceMemory host) {
        this.host = host;
    }

    /** What has been promised; gone when closed, once. */
    public final class Place implements AutoCloseable {
        private long bytes;

        private Place(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void close() {
            synchronized (HostRoom.this) {
                inside -= bytes > 0 ? 1 : 0;
                promised -= bytes;
                bytes = 0;
            }
        }
    }

    /**
     * Promises memory to a fusion. What is garbage is given back first if there is too little, or if very much is asked for.
     *
     * @param bytes it takes at most beyond what is resident now, at least 1
     * @throws FuseException {@code out-of-memory} if there is less
     */
    public synchronized Place take(long bytes) {
        if (bytes >= LARGE_BYTES || bytes > left()) {
            collect();
            awaitGivenBack(bytes);
        }
        long left = left();
        if (bytes > left) {
            throw new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "This fusion needs about " + Bytes.megabytes(bytes) + " more and " + Bytes.megabytes(left)
                            + " are left of " + Bytes.megabytes(host.total())
                            + "; ask for a smaller resolution, send smaller pictures or raise the limit.");
        }
        if (inside == 0) {
            residentBefore = host.reserved();
        }
        inside++;
        promised += bytes;
        return new Place(bytes);
    }

    /**
     * Refuses to load what does not fit.
     *
     * @throws FuseException {@code out-of-memory}
     */
    public static void requireForLoading(DeviceMemory host, long bytes) {
        long left = host.free();
        if (bytes > left) {
            throw new FuseException(
                    ErrorCode.OUT_OF_MEMORY,
                    "Loading takes about " + Bytes.megabytes(bytes) + " and " + Bytes.megabytes(left) + " are left of "
                            + Bytes.megabytes(host.total()) + "; raise the limit.");
        }
    }

    /** Nobody knows how much of a promise has been used yet: those inside count with all of theirs. */
    private long left() {
        long free = host.free();
        return inside == 0 ? free : Math.max(0, Math.min(free, host.total() - residentBefore - promised));
    }

    /** G1 gives memory back from a thread of its own, some tenths of a second after it has collected. */
    private void awaitGivenBack(long bytes) {
        for (int i = 0; i < LOOKS && bytes > left(); i++) {
            try {
                Thread.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void collect() {
        JavaHeap.giveBack();
        host.emptyCache();
        ProcessNative.dropCode();
    }
}
