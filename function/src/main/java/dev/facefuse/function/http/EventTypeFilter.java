package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpMethod;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;

/**
 * Refuses events of a media type that no sender of events uses, before their body is read. Browsers send {@code text/plain}, forms
 * and bodies without a type to any server without asking it (CORS safelisted requests), so these are accepted only with a header
 * of their sender, which browsers ask for.
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

    private final transient ProblemWriter problems;

    EventTypeFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!HttpMethod.POST.matches(request.getMethod()) || isEvent(request)) {
            chain.doFilter(request, response);
        } else {
            problems.write(response, Problem.unsupportedEventType());
        }
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
