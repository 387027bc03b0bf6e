package dev.facefuse.engine.memory;

import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The threads that fuse: as many as fusions run at a time, always the same ones. For every thread that ever asked, OpenMP keeps
 * a team of threads, glibc an arena of freed memory and cuBLAS a handle with its workspace; a server's two hundred threads
 * would each have theirs.
 */
public final class FusionThreads implements AutoCloseable {
    private final ExecutorService threads;

    /** Starts a thread when it is first needed. */
    public FusionThreads(int count) {
        AtomicInteger number = new AtomicInteger();
        this.threads = Executors.newFixedThreadPool(count, work -> {
            Thread thread = new Thread(work, "facefuse-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Does the work on one of the threads and waits for it, even if the caller's thread is interrupted: the fusion itself
     * releases the resources that it holds. Its log lines have the caller's logging context (MDC). An interrupted caller is
     * still interrupted when this method returns.
     *
     * @throws IllegalStateException if the threads are closed
     */
    public <T> T run(Supplier<T> work) {
        try {
            Map<String, String> context = MDC.getCopyOfContextMap();
            return await(threads.submit(() -> within(context, work)));
        } catch (RejectedExecutionException e) {
            throw new IllegalStateException("The engine is closed", e);
        }
    }

    /** Does the work in its caller's logging context, so that its log lines name the request. */
    private static <T> T within(@Nullable Map<String, String> context, Supplier<T> work) {
        if (context == null) {
            return work.get();
        }
        MDC.setContextMap(context);
        try {
            return work.get();
        } finally {
            MDC.clear();
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
