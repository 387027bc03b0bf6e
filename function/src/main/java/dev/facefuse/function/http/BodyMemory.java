package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.problem.FuseException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reserves memory for bodies before they are read: in the host's budget, which fusions share, and within half of the Java heap. A body
 * that is larger than that half is accepted while there is no other.
 */
final class BodyMemory {
    /**
     * Bytes of memory per byte of the body, for the body and the data made from it until its pictures are decoded. JSON needs 15/8: half
     * of the text, one picture's characters of two bytes each, and its bytes. Forms need 3/2: the parts and one picture's bytes.
     */
    private static final int DECODING_FACTOR = 2;

    private static final int HEAP_PART = 2;

    private final FuseEngine engine;
    private final long heapShareBytes;

    // Guarded by this.
    private long reservedBytes;

    /**
     * A budget with nothing reserved.
     *
     * @param heapBytes largest size of the Java heap
     */
    BodyMemory(FuseEngine engine, long heapBytes) {
        this.engine = engine;
        this.heapShareBytes = heapBytes / HEAP_PART;
    }

    /**
     * Reserves memory for a body.
     *
     * @param length of the body, bytes
     * @throws FuseException {@code busy} if other bodies hold the memory, {@code out-of-memory} if the host has too little
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
