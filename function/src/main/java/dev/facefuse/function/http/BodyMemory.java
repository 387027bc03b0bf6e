package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Memory for bodies, reserved before they are read: in the budget of the host, which fusions share, and within half of the Java
 * heap. A body that is larger than that half is let in alone.
 */
final class BodyMemory {
    /**
     * Memory of a body and of the data made from it until its pictures are decoded, per byte of the body. JSON of pictures: half
     * of the text and one picture's characters, two bytes each, and its bytes: 15/8. Forms: the parts and one picture's bytes: 3/2.
     */
    private static final int DECODING_FACTOR = 2;

    private static final int HEAP_PART = 2;

    private final FuseEngine engine;
    private final long heapShareBytes;

    // Guarded by this.
    private long reservedBytes;

    /**
     * With nothing reserved.
     *
     * @param heapBytes the most that the Java heap may grow to
     */
    BodyMemory(FuseEngine engine, long heapBytes) {
        this.engine = engine;
        this.heapShareBytes = heapBytes / HEAP_PART;
    }

    /**
     * Reserves memory for a body.
     *
     * @param length of the body, bytes
     * @throws FuseException {@code busy} if other bodies hold it, {@code out-of-memory} if there is not as much
     */
    MemoryReservation reserve(long length) {
        long bytes = DECODING_FACTOR * length;
        takeHeap(bytes);
        MemoryReservation host;
        try {
            host = engine.reserve(bytes);
        } catch (RuntimeException e) {
            giveHeap(bytes);
            throw e;
        }
        AtomicBoolean closed = new AtomicBoolean();
        return () -> {
            if (closed.compareAndSet(false, true)) {
                giveHeap(bytes);
                host.close();
            }
        };
    }

    private synchronized void takeHeap(long bytes) {
        if (reservedBytes > 0 && reservedBytes + bytes > heapShareBytes) {
            throw FuseException.busy(
                    "Other requests' bodies take the memory there is for bodies", engine.expectedWait());
        }
        reservedBytes += bytes;
    }

    private synchronized void giveHeap(long bytes) {
        reservedBytes -= bytes;
    }
}
