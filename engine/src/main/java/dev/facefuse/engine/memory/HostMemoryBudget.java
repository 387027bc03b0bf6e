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
 * Distributes the host's memory among requests. Each request reserves the memory that it will need before it allocates. Safe from
 * several threads at once.
 *
 * <pre>{@code
 * try (HostMemoryBudget.Reservation reservation = budget.reserve("This fusion", bytes, Duration.ofSeconds(1), () -> false)) {
 *     // allocate up to that many bytes
 * }
 * }</pre>
 *
 * <p>A reservation that does not fit waits until other reservations are closed. In the meantime unused memory (garbage, caches, pages of
 * code) is returned to the kernel, but not while holding the lock, so that {@link Reservation#close()} never waits for it.
 */
public final class HostMemoryBudget {
    /** The time that G1 gets to return memory to the kernel after a collection, which it does on a separate thread. */
    public static final Duration RETURN_WAIT = Duration.ofMillis(500);

    /** The time that a fusion waits for memory that other fusions hold. */
    public static final Duration FUSION_WAIT = Duration.ofSeconds(10);

    /** The interval at which the free memory is read, because the kernel sends no event when memory becomes free. */
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** The minimum time between two reclaims. A full collection takes about 50 ms, so collections take at most a fifth of the time. */
    private static final long MIN_RECLAIM_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    /** The interval of reclaims while nothing has happened that makes another one useful. */
    private static final long IDLE_RECLAIM_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DeviceMemory host;
    private final Runnable reclaim;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Guarded by lock.
    private int reservations;
    private long reservedBytes;
    /** Resident memory without the allocations of the reservations: measured before the first of them, and lowered since. */
    private long baselineBytes;

    private boolean released = true;
    private boolean reclaimed;
    private long reclaimedAtNanos;

    /** @param host the memory to distribute, within its {@link DeviceMemory#total()} */
    public HostMemoryBudget(DeviceMemory host) {
        this(host, () -> {
            JavaHeap.shrink();
            host.emptyCache();
            ProcessNative.dropCode();
        });
    }

    /** @param reclaim returns unused memory to the kernel; may be slow */
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
     * Reserves memory without waiting.
     *
     * @param bytes the maximum that will be allocated in addition to what is resident now, 0 or more
     * @return null if it does not fit
     */
    public @Nullable Reservation tryReserve(long bytes) {
        lock.lock();
        try {
            return bytes <= availableBytes() ? grant(bytes) : null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reserves memory. If it does not fit, returns unused memory to the kernel and waits for other reservations to be closed.
     *
     * @param consumer the subject of error messages, such as {@code This fusion}
     * @param bytes the maximum that will be allocated in addition to what is resident now, 0 or more
     * @param maxWait the maximum time to wait for memory that other requests have reserved
     * @param cancelled whether the caller has disconnected; called on this thread while it waits. An exception from it ends the wait
     * @throws FuseException {@code out-of-memory} if it would not fit even without the other reservations; {@code busy} if
     *     {@code maxWait} is over, the caller has disconnected, or the thread was interrupted (the interrupt status is kept)
     */
    public Reservation reserve(String consumer, long bytes, Duration maxWait, BooleanSupplier cancelled) {
        long start = System.nanoTime();
        long returnsBy = start + RETURN_WAIT.toNanos();
        boolean hasReclaimed = false;
        while (true) {
            boolean mustReclaim;
            lock.lock();
            try {
                if (bytes <= availableBytes()) {
                    return grant(bytes);
                }
                mustReclaim = startReclaiming(start);
                if (!mustReclaim) {
                    boolean fitsAlone = bytes <= availableWithoutReservations();
                    long remainingNanos = (fitsAlone ? start + maxWait.toNanos() : returnsBy) - System.nanoTime();
                    if (remainingNanos <= 0) {
                        throw fitsAlone ? busy(consumer, bytes) : tooLarge(consumer, bytes);
                    }
                    changed.awaitNanos(Math.min(remainingNanos, POLL_NANOS));
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
     * Checks that the host has enough memory to load the networks.
     *
     * @throws FuseException {@code out-of-memory} if not
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

    /** Each reservation counts in full, because it is unknown how much of it is already allocated. */
    private long availableBytes() {
        long free = host.free();
        if (reservations == 0) {
            return free;
        }
        baselineBytes = Math.min(baselineBytes, host.reserved());
        return Math.max(0, Math.min(free, host.total() - baselineBytes - reservedBytes));
    }

    /** An upper bound of the memory that would be available without the other reservations. */
    private long availableWithoutReservations() {
        return reservations == 0 ? host.free() : Math.min(host.total() - baselineBytes, host.free() + reservedBytes);
    }

    /**
     * Decides whether this thread reclaims. Reclaims are rare unless one can help: after a reservation was closed, or if none has started
     * since this thread waits.
     */
    private boolean startReclaiming(long waitingSinceNanos) {
        long now = System.nanoTime();
        boolean helps = released || reclaimedAtNanos - waitingSinceNanos < 0;
        if (reclaimed && now - reclaimedAtNanos < (helps ? MIN_RECLAIM_INTERVAL_NANOS : IDLE_RECLAIM_INTERVAL_NANOS)) {
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
                + ByteFormat.megabytesRoundedUp(availableBytes()) + " are left of "
                + ByteFormat.megabytesRoundedUp(host.total());
    }
}
