package dev.facefuse.function.events;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.ByteOrderMark;
import java.io.IOException;
import java.io.InputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamFactory;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Reads events' JSON: any members, within bounds. */
public final class EventJson {
    /** The largest message of common queues and webhooks. */
    public static final int LONGEST_BYTES = 1 << 20;

    private static final int DEEPEST = 32;

    /**
     * Names, values, brackets. A store's record has about a hundred in 900 bytes. A body full of empty objects would have 700,000,
     * which take a hundred times its size in memory.
     */
    private static final int MOST_TOKENS = 250_000;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .maxStringLength(LONGEST_BYTES)
                            .maxTokenCount(MOST_TOKENS)
                            .build())
                    // Not UTF-16 and UTF-32: for what is neither it would blame the stream.
                    .disable(TokenStreamFactory.Feature.CHARSET_DETECTION)
                    // The text of an error would quote the event.
                    .configure(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION, false)
                    .build())
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private EventJson() {}

    /**
     * Reads a body.
     *
     * @throws FuseException {@code bad-request} for what is not JSON
     * @throws IOException the stream's own
     */
    public static JsonNode read(InputStream json) throws IOException {
        try {
            return MAPPER.readTree(ByteOrderMark.skipped(json));
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    /** The same of text inside an event. */
    static JsonNode read(String json) {
        try {
            return MAPPER.readTree(json);
        } catch (JacksonException e) {
            throw unreadable(e);
        }
    }

    private static FuseException unreadable(JacksonException e) {
        return new FuseException(
                ErrorCode.BAD_REQUEST,
                e instanceof StreamConstraintsException
                        ? "The event's JSON is nested deeper than " + DEEPEST + " levels or has more than "
                                + MOST_TOKENS + " names and values; send fewer uploads in an event."
                        : "The event is not JSON; send it as its sender made it.");
    }
}
