package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.EventJson;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.springframework.web.util.UriUtils;

/** Reads events from requests. A CloudEvent in binary mode has its attributes in the headers. */
final class EventRequest {
    private static final String ATTRIBUTE = "ce-";

    private EventRequest() {}

    /**
     * The event in a request.
     *
     * @throws FuseException {@code bad-request} for a body that is not JSON
     */
    static Event read(HttpServletRequest request, InputStream body) throws IOException {
        Map<String, String> attributes = new HashMap<>();
        for (String name : Collections.list(request.getHeaderNames())) {
            String attribute = name.toLowerCase(Locale.ROOT);
            if (attribute.startsWith(ATTRIBUTE)) {
                attributes.put(attribute.substring(ATTRIBUTE.length()), decoded(request.getHeader(name)));
            }
        }
        return new Event(EventJson.read(body), attributes);
    }

    /** CloudEvents' HTTP binding, 3.1.3.2. */
    private static String decoded(String value) {
        try {
            return UriUtils.decode(value, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "A CloudEvent's header is not percent-encoded; send it as the binding says.",
                    e);
        }
    }
}
