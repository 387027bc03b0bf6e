package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ByteFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.ProcessNative;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The host's memory, shared by everything that reserves what it will allocate before it allocates it. Safe from several threads
 * at once.
 *
 * <pre>{@code
 * try (HostMemoryBudget.Reservation reservation = budget.reserve("This fusion", bytes, Duration.ofSeconds(1), () -> false)) {
 *     // allocates up to that many bytes
 * }
 * }</pre>
 *
 * <p>A reservation that does not fit waits: a reservation that is closed wakes it, and the memory that garbage occupies is given
 * back meanwhile. Neither happens under the lock that {@link Reservation#close()} takes, and neither happens while there is enough
 * memory.
 */
public final class HostMemoryBudget {
    /** How long G1 may take to give memory back to the kernel after a collection; it does so from a thread of its own. */
    public static final Duration RETURN_WAIT = Duration.ofMillis(500);

    /** How long a fusion waits for memory that other fusions hold. */
    public static final Duration FUSION_WAIT = Duration.ofSeconds(10);

    /** The kernel sends no event when memory becomes free, so its free memory is read at this interval. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** A full collection takes some 50 ms: under pressure they take no more than a fifth of the time. */
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long RECLAIM_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeviceMemory host;
    private final Runnable reclaim;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int reservations;
    private long reservedBytes;
    /** Resident memory without what the reservations allocated: as measured before the first of them, or less. */
    private long baselineBytes;

    private boolean released = true;
    private boolean reclaimed;
    private long reclaimedAtNanos;

    /** Shares this memory: {@link DeviceMemory#free()} and {@link DeviceMemory#total()} count. */
    public HostMemoryBudget(DeviceMemory host) {
        this(host, () -> {
            JavaHeap.giveBack();
            host.emptyCache();
            ProcessNative.dropCode();
        });
    }

    /** @param reclaim gives unused memory back to the kernel; may take its time */
    HostMemoryBudget(DeviceMemory host, Runnable reclaim) {
        this.host = host;
        this.reclaim = reclaim;
    }

    /** Memory that its owner may allocate until it is closed. Closing it again does nothing. */
    public final class Reservation implements AutoCloseable {
        private long bytes;
        private boolean closed;

        private Reservation(long bytes) {
            this.bytes = bytes;
        }

        @Override
        public void close() {
            lock.lock();
            try {
                if (!closed) {
                    closed = true;
                    reservations--;
                    reservedBytes -= bytes;
                    released = true;
                    changed.signalAll();
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /**
     * Reserves memory if it fits now, without waiting.
     *
     * @param bytes that will be allocated at most beyond what is resident now, 0 or more
     * @return null if there is less
     */
    public @Nullable Reservation tryReserve(long bytes) {
        lock.lock();
        try {
            return bytes <= leftBytes() ? grant(bytes) : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reserves memory. If it does not fit, gives unused memory back and waits for other reservations to be closed.
     *
     * @param consumer that allocates it, for messages: {@code This fusion}
     * @param bytes that will be allocated at most beyond what is resident now, 0 or more
     * @param maxWait how long to wait for memory that others have reserved
     * @param cancelled whether the caller has given up; called on this thread while it waits. An exception from it ends the wait
     * @throws FuseException {@code out-of-memory} if it would not fit without the other reservations either; {@code busy} if it
     *     would, but the wait was too long, {@code cancelled} says so or the thread is interrupted (it stays interrupted)
     */
    public Reservation reserve(String consumer, long bytes, Duration maxWait, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        long returnsBy = start + RETURN_WAIT.toNanos();
        boolean hasReclaimed = false;
        while (true) {
            boolean mustReclaim;
            lock.lock();
            try {
                if (bytes <= leftBytes()) {
                    return grant(bytes);
                }
                mustReclaim = startReclaiming(start);
                if (!mustReclaim) {
                    boolean fitsAlone = bytes <= leftWithoutReservations();
                    long leftNanos = (fitsAlone ? start + maxWait.toNanos() : returnsBy) - System.nanoTime();
                    if (leftNanos <= 0) {
                        throw fitsAlone ? busy(consumer, bytes) : tooLarge(consumer, bytes);
                    }
                    changed.awaitNanos(Math.min(leftNanos, POLL_NANOS));
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw busy(consumer, bytes);
            } finally {
                lock.unlock();
            }
            if (cancelled.getAsBoolean()) {
                throw FuseException.busy("The caller disconnected while it waited for memory", Duration.ZERO);
            }
            if (mustReclaim) {
                reclaim.run();
                if (!hasReclaimed) {
                    hasReclaimed = true;
                    returnsBy = System.nanoTime() + RETURN_WAIT.toNanos();
                }
            }
        }
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
                    "Loading takes about " + ByteFormat.megabytesRoundedUp(bytes) + " and "
                            + ByteFormat.megabytesRoundedUp(left) + " are left of "
                            + ByteFormat.megabytesRoundedUp(host.total()) + "; raise the limit.");
        }
    }

    private Reservation grant(long bytes) {
        if (reservations == 0) {
            baselineBytes = host.reserved();
        }
        reservations++;
        reservedBytes += bytes;
        return new Reservation(bytes);
    }

    /** Each reservation counts in full, because the part that is already allocated is unknown. */
    private long leftBytes() {
        long free = host.free();
        if (reservations == 0) {
            return free;
        }
        baselineBytes = Math.min(baselineBytes, host.reserved());
        return Math.max(0, Math.min(free, host.total() - baselineBytes - reservedBytes));
    }

    /** At most. */
    private long leftWithoutReservations() {
        return reservations == 0 ? host.free() : Math.min(host.total() - baselineBytes, host.free() + reservedBytes);
    }

    /** One thread starts at a time, and only when it can help: after a release, for a new reservation, or after a while. */
    private boolean startReclaiming(long waitingSinceNanos) {
        long now = System.nanoTime();
        boolean helps = released || reclaimedAtNanos - waitingSinceNanos < 0;
        if (reclaimed && now - reclaimedAtNanos < (helps ? LEAST_PAUSE_NANOS : RECLAIM_AGAIN_NANOS)) {
            return false;
        }
        reclaimed = true;
        reclaimedAtNanos = now;
        released = false;
        return true;
    }

    private FuseException busy(String consumer, long bytes) {
        return FuseException.busy(needs(consumer, bytes) + " while other requests hold memory", Duration.ofSeconds(1));
    }

    private FuseException tooLarge(String consumer, long bytes) {
        return new FuseException(
                ErrorCode.OUT_OF_MEMORY,
                needs(consumer, bytes) + "; ask for a smaller resolution, send smaller pictures or raise the limit.");
    }

    private String needs(String consumer, long bytes) {
        return consumer + " needs about " + ByteFormat.megabytesRoundedUp(bytes) + " more and "
                + ByteFormat.megabytesRoundedUp(leftBytes()) + " are left of "
                + ByteFormat.megabytesRoundedUp(host.total());
    }
}
