package dev.facefuse.function;

import dev.facefuse.engine.RequestContext;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reports every fusion and its stages to a tracing system. Safe for use by any thread. */
public interface FusionTracing extends AutoCloseable {
    /** Reports nothing. */
    FusionTracing NONE = new FusionTracing() {
        @Override
        public FuseOutput follow(RequestContext context, Function<RequestContext, FuseOutput> fusion) {
            return fusion.apply(context);
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
     * Runs the fusion on this thread within a span of its own; its exceptions are rethrown.
     *
     * @param context of the request
     * @param fusion is given the same context, whose listener records the stages as well
     */
    FuseOutput follow(RequestContext context, Function<RequestContext, FuseOutput> fusion);

    /**
     * Makes the fusions on this thread part of the caller's trace until {@link Joined#leave}.
     *
     * @param fields the request's header field by name, null for a missing one
     */
    Joined join(Function<String, @Nullable String> fields);

    /** Header fields with which another process {@linkplain #join joins} this thread's trace; empty if it has none. */
    Map<String, String> fields();

    /** Sends pending spans, for at most three seconds. Needed where the process may be frozen before they are sent by themselves. */
    void flush();

    /** Sends pending spans, for at most three seconds. */
    @Override
    void close();

    /** The membership of a thread in a caller's trace. */
    @FunctionalInterface
    interface Joined {
        /** Ends the membership; call it on the thread that joined. */
        void leave();
    }
}
