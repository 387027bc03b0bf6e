package dev.facefuse.engine.execution;

import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.MDC;

/**
 * A bounded executor for fusions. At most {@link AdmissionSettings#permits} fusions run at a time. Up to {@link
 * AdmissionSettings#queue} more callers wait in FIFO order until a permit is free, until {@link AdmissionSettings#maxWait} has passed,
 * or until they are cancelled. All others are rejected at once, with the time after which they should try again: the mean time that
 * recent fusions held a permit, times the number of running and waiting callers, divided by the permits.
 *
 * <pre>{@code
 * FuseResult result = executor.run(() -> fuse(request), context.cancellation(), context.logFields());
 * }</pre>
 *
 * <p>The caller blocks in {@link #run} until its result is there, but the work runs on one of {@code permits} threads that are reused.
 * OpenMP keeps a team of threads, glibc an arena of freed memory and cuBLAS a handle with its workspace for each thread that ever
 * computed; a server's two hundred request threads would each have their own.
 *
 * <p>A {@link java.util.concurrent.ThreadPoolExecutor} with a bounded queue does not do this. It counts a worker as busy that has ended
 * a task and has not yet taken the next one, so with a queue of 0, the default, it would reject a caller although nothing runs. It
 * also runs a task that has left its queue even if its caller has just given up. Waiting in time slices for a fair {@link
 * java.util.concurrent.Semaphore}, to check for cancellation in between, would lose the caller's position in the queue. Permits and
 * queue are therefore counted here under one lock; the thread pool only provides the threads and always has one free for a permit.
 */
public final class FusionExecutor implements AutoCloseable {
    /** Assumed duration of a fusion until one is measured: about that of the first fusion after a start on most devices. */
    private static final Duration INITIAL_ESTIMATE = Duration.ofSeconds(1);

    /** How often a waiting caller is asked whether it is cancelled. */
    private static final long CANCELLATION_CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final AdmissionSettings settings;
    private final LongSupplier nanoTime;
    private final ExecutorService threads;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition permitGranted = lock.newCondition();

    // Guarded by lock. While the queue has an entry, every permit is taken.
    private final Deque<Permit> queue = new ArrayDeque<>();
    private final MeanDuration permitTime = new MeanDuration(INITIAL_ESTIMATE);
    private int running;

    /** An executor with all permits free. It starts a thread when it first needs one. */
    public FusionExecutor(AdmissionSettings settings) {
        this(settings, System::nanoTime);
    }

    /**
     * An executor with another clock.
     *
     * @param nanoTime like {@link System#nanoTime()}: any origin, never decreasing, may overflow
     */
    FusionExecutor(AdmissionSettings settings, LongSupplier nanoTime) {
        this.settings = settings;
        this.nanoTime = nanoTime;
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(settings.permits(), work -> {
            Thread thread = new Thread(work, "facefuse-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Runs the work on one of this executor's threads and returns its result. Waits for a permit first if none is free. Once the work
     * has begun, the call waits for its end even if the calling thread is interrupted; the thread is still interrupted afterwards.
     *
     * @param cancelled checked on the calling thread, and only while it waits for a permit: at once and then every tenth of a second.
     *     An exception thrown by it ends the wait and is rethrown
     * @param logFields fields of the work's log lines (SLF4J's MDC)
     * @throws FuseException {@code busy}, with the time after which to try again, if all permits and queue slots are taken, the longest
     *     wait is over, the caller is cancelled, or its thread is interrupted while it waits (the thread stays interrupted)
     * @throws IllegalStateException if this executor is closed
     */
    @SuppressWarnings("try") // A permit works by being held.
    public <T> T run(Supplier<T> work, BooleanSupplier cancelled, Map<String, String> logFields) {
        try (Permit permit = acquire(cancelled)) {
            // Unlike Future.get, join is not interruptible: a fusion releases its memory itself, and only when it ends.
            return CompletableFuture.supplyAsync(() -> withLogFields(logFields, work), threads)
                    .join();
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("The engine is closed", e);
        } catch (CompletionException e) {
            throw unwrapped(e);
        }
    }

    private static <T> T withLogFields(Map<String, String> fields, Supplier<T> work) {
        MDC.setContextMap(fields);
        try {
            return work.get();
        } finally {
            MDC.clear();
        }
    }

    /** The exception that the work threw; a supplier throws no checked one. */
    private static RuntimeException unwrapped(CompletionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        return e.getCause() instanceof RuntimeException exception ? exception : e;
    }

    /**
     * Rejects what {@link #run} would reject now because every permit and queue slot is taken. Reserves nothing. An entry point calls
     * this before it reads a body that it might have to discard.
     *
     * @throws FuseException {@code busy}
     */
    public void checkCapacity() {
        lock.lock();
        try {
            if (running == settings.permits() && queue.size() == settings.queue()) {
                throw FuseException.busy(everythingIsTaken(), expectedWait());
            }
        } finally {
            lock.unlock();
        }
    }

    private String everythingIsTaken() {
        String fusions = settings.permits() == 1
                ? "Another fusion is under way"
                : "All " + settings.permits() + " fusions that run at a time are under way";
        return settings.queue() == 0 ? fusions : fusions + ", with " + settings.queue() + " waiting";
    }

    /** How long a caller that came now would wait for a permit if every fusion before it takes the recent mean time. */
    public Duration expectedWait() {
        lock.lock();
        try {
            return permitTime.times((double) (running + queue.size()) / settings.permits());
        } finally {
            lock.unlock();
        }
    }

    /** The callers that run and wait now. */
    public Occupancy occupancy() {
        lock.lock();
        try {
            return new Occupancy(settings.permits(), running, settings.queue(), queue.size());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Callers at one instant, and the limits on their number.
     *
     * @param permits fusions that may run at a time
     * @param running permits that are taken
     * @param queue callers that may wait
     * @param waiting callers that wait
     */
    public record Occupancy(int permits, int running, int queue, int waiting) {}

    /** Takes a permit, waiting for it as {@link #run} does; the caller closes it. */
    Permit acquire(BooleanSupplier cancelled) {
        Permit permit = join();
        try {
            awaitGrant(permit, cancelled);
            return permit;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw rejection(permit, "The wait for a turn was interrupted");
        } catch (RuntimeException | Error e) {
            release(permit);
            throw e;
        }
    }

    /** Grants a permit at once if one is free, else adds one to the queue that is granted later. */
    Permit join() {
        lock.lock();
        try {
            checkCapacity();
            Permit permit = new Permit();
            if (running < settings.permits()) {
                running++;
                grant(permit);
            } else {
                queue.addLast(permit);
            }
            return permit;
        } finally {
            lock.unlock();
        }
    }

    /** Guarded by lock. */
    private void grant(Permit permit) {
        permit.state = State.GRANTED;
        permit.grantedNanos = nanoTime.getAsLong();
        permitGranted.signalAll();
    }

    private void awaitGrant(Permit permit, BooleanSupplier cancelled) throws InterruptedException {
        if (permit.isGranted()) {
            return;
        }
        long deadline = nanoTime.getAsLong() + settings.maxWait().toNanos();
        do {
            if (cancelled.getAsBoolean()) { // Not under the lock, because it may take some time.
                throw rejection(permit, "The caller went away before its turn");
            }
        } while (!awaitGrant(permit, deadline));
    }

    /** Waits until the next check for cancellation; returns whether the permit is granted. */
    @SuppressWarnings("WaitNotInLoop") // The loop is in the caller.
    private boolean awaitGrant(Permit permit, long deadline) throws InterruptedException {
        lock.lock();
        try {
            if (!permit.isGranted()) {
                long remaining = deadline - nanoTime.getAsLong();
                if (remaining <= 0) {
                    throw rejection(permit, "No turn came within " + AdmissionSettings.seconds(settings.maxWait()));
                }
                permitGranted.awaitNanos(Math.min(remaining, CANCELLATION_CHECK_NANOS));
            }
            return permit.isGranted();
        } finally {
            lock.unlock();
        }
    }

    /** Releases the permit first, so that the caller's own entry does not count in the time to wait. */
    private FuseException rejection(Permit permit, String reason) {
        release(permit);
        return FuseException.busy(reason, expectedWait());
    }

    /**
     * Gives a permit back, and grants one to the first in the queue; or takes a waiting entry out of the queue. Does nothing the
     * second time.
     *
     * @return whether the permit was granted
     */
    boolean release(Permit permit) {
        lock.lock();
        try {
            State before = permit.state;
            permit.state = State.RELEASED;
            if (before == State.WAITING) {
                queue.remove(permit);
            } else if (before == State.GRANTED) {
                Permit next = queue.pollFirst();
                if (next == null) {
                    running--;
                } else {
                    grant(next);
                }
            }
            return before == State.GRANTED;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the threads after the work that they are doing, and waits for that. */
    @Override
    public void close() {
        threads.shutdown();
        boolean interrupted = false;
        boolean ended = false;
        while (!ended) {
            try {
                ended = threads.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private enum State {
        WAITING,
        GRANTED,
        RELEASED
    }

    /** The right to run one fusion, or an entry in the queue for it. */
    final class Permit implements AutoCloseable {
        // Guarded by lock.
        private State state = State.WAITING;
        private long grantedNanos;

        private Permit() {}

        boolean isGranted() {
            lock.lock();
            try {
                return state == State.GRANTED;
            } finally {
                lock.unlock();
            }
        }

        /** Gives the permit back and measures how long it was held. Does nothing the second time. */
        @Override
        public void close() {
            lock.lock();
            try {
                long heldNanos = nanoTime.getAsLong() - grantedNanos;
                if (release(this)) {
                    permitTime.add(heldNanos);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
