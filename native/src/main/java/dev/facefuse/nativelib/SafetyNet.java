package dev.facefuse.nativelib;

import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Counts scopes and models that nobody closed and the garbage collector found. Their native memory is freed then, too late;
 * each one is a defect.
 */
public final class SafetyNet {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong CAUGHT = new AtomicLong();

    private SafetyNet() {}

    /** How many were found since the process started: 0, if all is well. */
    public static long caught() {
        return CAUGHT.get();
    }

    /** Watches an owner of native memory until the returned watch is closed. */
    static Watch watch(Object owner) {
        AtomicBoolean closed = new AtomicBoolean();
        Cleaner.Cleanable cleanable = CLEANER.register(owner, () -> {
            if (!closed.get()) {
                CAUGHT.incrementAndGet();
            }
        });
        return () -> {
            closed.set(true);
            cleanable.clean();
        };
    }

    /** Ended by the owner's own close. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
