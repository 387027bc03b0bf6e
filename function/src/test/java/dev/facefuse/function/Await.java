package dev.facefuse.function;

import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Waits for what other processes do, of which nobody is told. */
public final class Await {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {}

    /** Returns when it holds; a minute later it is a failure. */
    public static void until(String what, Callable<Boolean> holds) throws Exception {
        until(what, PATIENCE_NANOS, holds);
    }

    /** Returns when it holds; after so many nanoseconds it is a failure. */
    public static void until(String what, long patienceNanos, Callable<Boolean> holds) throws Exception {
        long start = System.nanoTime();
        while (!holds.call()) {
            if (System.nanoTime() - start > patienceNanos) {
                throw new AssertionError("Waited in vain: " + what);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
