package dev.facefuse.function.lambda;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request in a Lambda event.
 *
 * @param method such as {@code POST}
 * @param path decoded by the gateway, without the stage
 * @param query as the client sent it; empty if there is none
 * @param headers by name, ignoring case; several values are separated by commas
 * @param event holds the body
 */
record LambdaRequest(
        String method, String path, String query, Map<String, String> headers, APIGatewayV2HTTPEvent event) {
    private static final String DEFAULT_STAGE = "$default";

    /** @throws FuseException {@code bad-request} for an event that is no HTTP request */
    static LambdaRequest of(@Nullable APIGatewayV2HTTPEvent event) {
        APIGatewayV2HTTPEvent.@Nullable RequestContext context = event == null ? null : event.getRequestContext();
        if (event == null
                || context == null
                || context.getHttp() == null
                || context.getHttp().getMethod() == null) {
            throw none(null);
        }
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(Objects.requireNonNullElse(event.getHeaders(), Map.of()));
        return new LambdaRequest(
                context.getHttp().getMethod(),
                path(Objects.requireNonNullElse(event.getRawPath(), ""), context.getStage()),
                Objects.requireNonNullElse(event.getRawQueryString(), ""),
                headers,
                event);
    }

    /** The error for an event that is no HTTP request. */
    static FuseException none(@Nullable Throwable cause) {
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                "This is no HTTP request of API Gateway's payload format 2.0 or of a function URL; for uploads"
                        + " set SPRING_CLOUD_FUNCTION_DEFINITION=lambdaEvents.",
                cause);
    }

    /** Removes the stage, which API Gateway puts before the path unless it is the default stage. */
    private static String path(String raw, @Nullable String stage) {
        String prefix = "/" + stage;
        return stage != null && !stage.equals(DEFAULT_STAGE) && raw.startsWith(prefix + "/")
                ? raw.substring(prefix.length())
                : raw;
    }

    /** A header's value, null if there is no such header. */
    @Nullable
    String header(String name) {
        return headers.get(name);
    }

    /**
     * The body.
     *
     * @throws FuseException {@code bad-request} if the event declares base64 and the body is not
     */
    byte[] body() {
        String body = Objects.requireNonNullElse(event.getBody(), "");
        try {
            return event.getIsBase64Encoded()
                    ? Base64.getDecoder().decode(body)
                    : body.getBytes(StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "The event's body is not base64, though it says so; send it as it was.", e);
        }
    }
}
