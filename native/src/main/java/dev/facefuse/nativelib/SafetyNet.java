package dev.facefuse.nativelib;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts native objects that nobody closed and the garbage collector found, and says so in the log: scopes and models, and every
 * pointer of JavaCPP's, OpenCV's images among them. Their memory is freed then, too late; each one is a defect.
 *
 * <p>With the system property {@code facefuse.debug.ownership=true}, or {@code FACEFUSE_DEBUG_OWNERSHIP=true} in the
 * environment, every owner remembers the line that opened it, and the log names it. That costs some microseconds an owner.
 */
public final class SafetyNet {

    private static final String PROPERTY = "facefuse.debug.ownership";
    private static final boolean DEBUG_ENVIRONMENT = Boolean.parseBoolean(System.getenv("FACEFUSE_DEBUG_OWNERSHIP"));
    private static final System.Logger LOG = System.getLogger(SafetyNet.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong CAUGHT = new AtomicLong();

    private SafetyNet() {}

    /** How many scopes, models and pointers were found since the process started: 0, if all is well. */
    public static long caught() {
        return caughtOwners() + ReclaimedPointers.count();
    }

    /** How many scopes and models were found. */
    static long caughtOwners() {
        return CAUGHT.get();
    }

    /**
     * Watches an owner of native memory until the returned watch is closed.
     *
     * @param held what it owns, struck off when the watch ends, however it ends; must not know its owner
     */
    static Watch watch(Object owner, Ownership.Entry held) {
        AtomicBoolean closed = new AtomicBoolean();
        String kind = owner.getClass().getSimpleName();
        String openedAt = Boolean.getBoolean(PROPERTY) || DEBUG_ENVIRONMENT ? placeThatOpened(owner.getClass()) : null;
        Cleaner.Cleanable cleanable = CLEANER.register(owner, () -> {
            held.strike();
            if (!closed.get()) {
                LOG.log(Level.ERROR, report(kind, openedAt));
                CAUGHT.incrementAndGet();
            }
        });
        return () -> {
            closed.set(true);
            cleanable.clean();
        };
    }

    /** Where the owner's own class was called from, as a stack trace has it: {@code a.b.C.method(C.java:42)}. */
    private static String placeThatOpened(Class<?> owner) {
        return StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> isOutside(frame, owner)).findFirst())
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("an unknown place");
    }

    private static boolean isOutside(StackFrame frame, Class<?> owner) {
        return frame.getDeclaringClass() != SafetyNet.class && frame.getDeclaringClass() != owner;
    }

    private static String report(String kind, @Nullable String openedAt) {
        return openedAt == null
                ? "A " + kind + " was never closed and the garbage collector found it; start with -D" + PROPERTY
                        + "=true to be told where it was opened"
                : "A " + kind + " opened at " + openedAt
                        + " was never closed; the garbage collector found it: open it in a try-with-resources statement";
    }

    /** Ended by the owner's own close. */
    interface Watch extends AutoCloseable {
        @Override
        void close();
    }
}
