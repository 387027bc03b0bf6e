package dev.facefuse.function;

import dev.facefuse.engine.ProgressListener;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Tells a tracing system of every fusion and its stages. Safe for use by any thread. */
public interface FusionTracing extends AutoCloseable {
    /** Tells nobody. */
    FusionTracing NONE = new FusionTracing() {
        @Override
        public FuseOutput follow(ProgressListener listener, Function<ProgressListener, FuseOutput> fusion) {
            return fusion.apply(listener);
        }

        @Override
        public Joined join(Function<String, @Nullable String> fields) {
            return () -> {};
        }

        @Override
        public Map<String, String> fields() {
            return Map.of();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    /**
     * Does the fusion, on this thread, and throws what it throws.
     *
     * @param listener who is to be told of its stages besides
     * @param fusion tells the listener that it is given
     */
    FuseOutput follow(ProgressListener listener, Function<ProgressListener, FuseOutput> fusion);

    /**
     * Makes what is followed on this thread, until the result is left, part of the caller's trace.
     *
     * @param fields the request's header fields by their names, null where there is none
     */
    Joined join(Function<String, @Nullable String> fields);

    /** By what another process {@linkplain #join joins} the trace that this thread is part of; empty if it is part of none. */
    Map<String, String> fields();

    /** Sends what was not sent yet, for at most three seconds: for who may be frozen before it would be sent by itself. */
    void flush();

    /** Sends what was not sent yet, for at most three seconds. */
    @Override
    void close();

    /** Part of a caller's trace. */
    @FunctionalInterface
    interface Joined {
        /** On the thread that joined it. */
        void leave();
    }
}
