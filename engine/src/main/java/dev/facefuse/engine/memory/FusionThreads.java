package dev.facefuse.engine.memory;

import dev.facefuse.nativelib.ProcessNative;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * The threads that fuse: as many as fusions run at a time, always the same ones. For every thread that ever asked, OpenMP keeps
 * a team of threads, glibc an arena of freed memory and cuBLAS a handle with its workspace; a server's two hundred threads
 * would each have theirs. They are a little nicer than others: who is told to come back later should not wait for who fuses.
 */
public final class FusionThreads implements AutoCloseable {
    /**
     * A ninth of the others' share where processors are short, as Linux weighs it (sched(7)); nothing where they are not. With 64
     * clients on two processors the 99th percentile of a refusal was 31 ms without, 27 with 5 and 19 with 10, and fusions
     * were no slower for it.
     */
    private static final int NICENESS = 10;

    private final ExecutorService threads;

    /** Starts a thread when it is first needed. */
    public FusionThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(() -> runNicer(work), "facefuse-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    private static void runNicer(Runnable work) {
        ProcessNative.makeThreadNicer(NICENESS);
        work.run();
    }

    /**
     * Does the work on one of the threads and waits for it, whatever happens to the caller's thread meanwhile: what a fusion
     * holds is given back by the fusion. An interrupted caller is interrupted still when this returns.
     *
     * @throws IllegalStateException if the threads are closed
     */
    public <T> T run(Supplier<T> work) {
        try {
            return await(threads.submit(work::get));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("The engine is closed", e);
        }
    }

    private static <T> T await(Future<T> result) {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return result.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    throw unwrapped(e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** What the work threw: a supplier throws nothing that is checked. */
    private static RuntimeException unwrapped(ExecutionException e) {
        if (e.getCause() instanceof Error error) {
            throw error;
        }
        if (e.getCause() instanceof RuntimeException exception) {
            return exception;
        }
        return new IllegalStateException(e);
    }

    /** Ends the threads, once they have done what they are at; waits for that. */
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
}
