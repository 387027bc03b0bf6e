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
    private static final ThreadLocal<@Nullable BooleanSupplier> GONE = new ThreadLocal<>();

    private Caller() {}

    /**
     * Does the work; while the work waits for its turn, somebody who is gone loses their place.
     *
     * @param gone asked on this thread, as long as the work is not done
     */
    public static <T> T watched(BooleanSupplier gone, Supplier<T> work) {
        GONE.set(gone);
        try {
            return work.get();
        } finally {
            GONE.remove();
        }
    }

    /** For the engine: whether whoever is watched on this thread is gone. */
    static ProgressListener listener() {
        BooleanSupplier gone = GONE.get();
        return gone == null ? ProgressListener.NONE : new Watched(gone);
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
