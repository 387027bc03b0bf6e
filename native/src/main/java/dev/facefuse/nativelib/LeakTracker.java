package dev.facefuse.nativelib;

import java.lang.StackWalker.Option;
import java.lang.StackWalker.StackFrame;
import java.lang.System.Logger.Level;
import java.lang.ref.Cleaner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts and logs native objects that were never closed: scopes, models, and all pointers of JavaCPP, OpenCV's images among them.
 * The garbage collector frees their memory, but late. Each one is a bug.
 *
 * <p>With the system property {@code facefuse.debug.ownership=true}, or {@code FACEFUSE_DEBUG_OWNERSHIP=true} in the
 * environment, the log also names the line that opened the scope or model. This costs some microseconds for each.
 */
public final class LeakTracker {

    private static final String PROPERTY = "facefuse.debug.ownership";
    private static final boolean DEBUG_ENVIRONMENT = Boolean.parseBoolean(System.getenv("FACEFUSE_DEBUG_OWNERSHIP"));
    private static final System.Logger LOG = System.getLogger(LeakTracker.class.getName());
    private static final Cleaner CLEANER = Cleaner.create();
    private static final AtomicLong LEAKED_OWNERS = new AtomicLong();

    private LeakTracker() {}

    /** The number of scopes, models and pointers that leaked since the process started. It must be 0. */
    public static long caught() {
        return leakedOwners() + LeakedPointers.count();
    }

    /** The number of scopes and models among them. */
    static long leakedOwners() {
        return LEAKED_OWNERS.get();
    }

    /**
     * Tracks an owner of native memory until the returned registration is closed.
     *
     * @param allocation what it owns; released when the registration is closed or the owner is garbage. It must not refer to the
     *     owner, which would never become garbage
     */
    static Registration track(Object owner, AllocationTracker.Allocation allocation) {
        AtomicBoolean closed = new AtomicBoolean();
        String type = owner.getClass().getSimpleName();
        String openedAt = Boolean.getBoolean(PROPERTY) || DEBUG_ENVIRONMENT ? callerOf(owner.getClass()) : null;
        Cleaner.Cleanable cleanable = CLEANER.register(owner, () -> {
            allocation.release();
            if (!closed.get()) {
                LOG.log(Level.ERROR, message(type, openedAt));
                LEAKED_OWNERS.incrementAndGet();
            }
        });
        return () -> {
            closed.set(true);
            cleanable.clean();
        };
    }

    /** The first stack frame outside the owner's class, formatted as in a stack trace: {@code a.b.C.method(C.java:42)}. */
    private static String callerOf(Class<?> owner) {
        return StackWalker.getInstance(Option.RETAIN_CLASS_REFERENCE)
                .walk(frames -> frames.filter(frame -> isOutside(frame, owner)).findFirst())
                .map(frame -> frame.toStackTraceElement().toString())
                .orElse("an unknown line");
    }

    private static boolean isOutside(StackFrame frame, Class<?> owner) {
        return frame.getDeclaringClass() != LeakTracker.class && frame.getDeclaringClass() != owner;
    }

    private static String message(String type, @Nullable String openedAt) {
        return openedAt == null
                ? "A " + type + " was never closed; the garbage collector freed it. Start with -D" + PROPERTY
                        + "=true to log where it was opened"
                : "A " + type + " opened at " + openedAt
                        + " was never closed; the garbage collector freed it. Open it in a try-with-resources statement";
    }

    /** The owner must close this when it is closed itself. */
    interface Registration extends AutoCloseable {
        @Override
        void close();
    }
}
