package dev.facefuse.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The caller's side of one request: its fields in log lines, the listener of its progress, and its cancellation. It is passed as a
 * parameter from the entry point down to the engine.
 *
 * <pre>{@code
 * RequestContext context = RequestContext.NONE.withRequestId("7f3a").cancelledWhen(connection::isClosed);
 * FuseResult result = engine.fuse(request, context);
 * }</pre>
 *
 * @param logFields fields that log lines about the request carry (SLF4J's MDC), {@link #REQUEST_ID} among them
 * @param progress called on the thread that fuses
 * @param cancellation true once the caller no longer needs the result; called on the thread that waits for a permit, for memory or for
 *     the next upload. Cancelling does not stop a running step
 */
public record RequestContext(Map<String, String> logFields, ProgressListener progress, BooleanSupplier cancellation) {
    /** Name of the log field that holds the request's id. */
    public static final String REQUEST_ID = "requestId";

    /** No log fields, no listener, never cancelled. */
    public static final RequestContext NONE = new RequestContext(Map.of(), ProgressListener.NONE, () -> false);

    public RequestContext {
        logFields = Map.copyOf(logFields);
    }

    /** A context with the calling thread's log fields (SLF4J's MDC), for entry points that get no context from their caller. */
    public static RequestContext fromMdc() {
        Map<String, String> fields = new HashMap<>(Objects.requireNonNullElse(MDC.getCopyOfContextMap(), Map.of()));
        fields.values().removeIf(Objects::isNull);
        return new RequestContext(fields, NONE.progress, NONE.cancellation);
    }

    /** The same context with another id. */
    public RequestContext withRequestId(String id) {
        return withLogField(REQUEST_ID, id);
    }

    /** The same context with one more log field. */
    public RequestContext withLogField(String name, String value) {
        Map<String, String> fields = new HashMap<>(logFields);
        fields.put(name, value);
        return new RequestContext(fields, progress, cancellation);
    }

    /** The same context with another listener. */
    public RequestContext withProgress(ProgressListener listener) {
        return new RequestContext(logFields, listener, cancellation);
    }

    /** The same context with another condition for cancellation. */
    public RequestContext cancelledWhen(BooleanSupplier condition) {
        return new RequestContext(logFields, progress, condition);
    }

    /** The request's id; null if it has none. */
    public @Nullable String requestId() {
        return logFields.get(REQUEST_ID);
    }

    /** Whether the caller no longer needs the result. */
    public boolean isCancelled() {
        return cancellation.getAsBoolean();
    }
}
