package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Rejects events of a media type that no sender of events uses, before their body is read. Browsers send {@code text/plain}, forms
 * and bodies without a type to any server without asking it (CORS safelisted requests), so these are accepted only with a header
 * of their sender, for which browsers ask the server.
 *
 * <p>Function Compute recognises a failed invocation by a response header alone. It is set before anything else, so that every rejection
 * has it; {@link #succeed} replaces it.
 */
final class EventTypeFilter extends HttpFilter {
    static final String EVENTS = "/events";
    static final String INVOKE = "/invoke";

    /** Amazon SNS posts JSON as text/plain and names its kind here ("Parsing Amazon SNS message formats"). */
    private static final String SNS = "x-amz-sns-message-type";

    /** A CloudEvent in binary mode; its type may be missing (CloudEvents' HTTP binding, 3.1.1). */
    private static final String CLOUD_EVENT = "ce-specversion";

    /** A header of every invocation by Alibaba's Function Compute. */
    private static final String INVOCATION = "x-fc-request-id";

    /** Function Compute's status of an invocation; unless it is 200, the event is sent again. */
    private static final String INVOCATION_STATUS = "x-fc-status";

    private static final String FAILED = "404";
    private static final String SUCCEEDED = "200";

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (isInvoke(request)) {
            response.setHeader(INVOCATION_STATUS, FAILED);
        }
        if (!HttpMethod.POST.matches(request.getMethod()) || isEvent(request)) {
            chain.doFilter(request, response);
        } else {
            Problem.unsupportedEventType().write(response);
        }
    }

    /** Answers an invocation by Function Compute with success. */
    static void succeed(HttpServletResponse response) {
        response.setHeader(INVOCATION_STATUS, SUCCEEDED);
        response.setStatus(HttpStatus.OK.value());
    }

    private static boolean isEvent(HttpServletRequest request) {
        String header = request.getContentType();
        if (header == null || header.isBlank()) {
            return request.getHeader(CLOUD_EVENT) != null || isInvocation(request);
        }
        MediaType type = parsed(header);
        if (type == null) {
            return false;
        }
        return type.isCompatibleWith(MediaType.APPLICATION_JSON)
                || (type.getType().equals("application") && "json".equals(type.getSubtypeSuffix()))
                || (type.equalsTypeAndSubtype(MediaType.TEXT_PLAIN) && request.getHeader(SNS) != null)
                || (type.equalsTypeAndSubtype(MediaType.APPLICATION_OCTET_STREAM) && isInvoke(request))
                || isInvocation(request);
    }

    private static boolean isInvocation(HttpServletRequest request) {
        return isInvoke(request) && request.getHeader(INVOCATION) != null;
    }

    private static boolean isInvoke(HttpServletRequest request) {
        return request.getServletPath().equals(INVOKE);
    }

    private static @Nullable MediaType parsed(String header) {
        try {
            return MediaType.parseMediaType(header);
        } catch (InvalidMediaTypeException e) {
            return null;
        }
    }
}
