package dev.facefuse.function;

import dev.facefuse.engine.ProgressListener;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom the function works for on this thread, if the door can tell whether they are still there. A {@code Function} takes its
 * input and no more, so this goes beside it, for the length of one call.
 *
 * <pre>{@code
 * FuseOutput output = Caller.watched(connection::gone, () -> function.apply(input));
 * }</pre>
 */
public final class Caller {
    /** In the log's context: the name of the request. */
    public static final String REQUEST_ID = "requestId";

    private static final ThreadLocal<@Nullable ProgressListener> LISTENER = new ThreadLocal<>();

    private Caller() {}

    /**
     * Does the work; while the work waits for its turn, somebody who is gone loses their place.
     *
     * @param gone asked on this thread, as long as the work is not done
     */
    public static <T> T watched(BooleanSupplier gone, Supplier<T> work) {
        return told(new Watched(gone), work);
    }

    /** Does the work, and tells somebody of its stages as they begin; whether they are gone is asked as for {@link #watched}. */
    public static <T> T told(ProgressListener listener, Supplier<T> work) {
        ProgressListener outer = LISTENER.get();
        LISTENER.set(listener);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                LISTENER.remove();
            } else {
                LISTENER.set(outer);
            }
        }
    }

    /** The listener of the call that this thread works for; one that does nothing if there is none. */
    public static ProgressListener listener() {
        ProgressListener listener = LISTENER.get();
        return listener == null ? ProgressListener.NONE : listener;
    }

    private record Watched(BooleanSupplier isGone) implements ProgressListener {
        @Override
        public void onStage(String stage, int index, int count) {}

        @Override
        public boolean gone() {
            return isGone.getAsBoolean();
        }
    }
}
