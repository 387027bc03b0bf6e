package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/** {@code POST /fuse} without its transport, which is a servlet container or Lambda: chooses the response's format and fuses. */
public final class FuseEndpoint {
    /** The path. */
    public static final String PATH = "/fuse";

    /** Header with the report of a response whose body is the picture; left out from {@link #MAX_REPORT_BYTES} on. */
    static final String REPORT_HEADER = "Facefuse-Report";

    /** Servers and proxies reject headers from 8 KiB on; the report may take half of that. */
    private static final int MAX_REPORT_BYTES = 4096;

    private final BiFunction<FuseInput, RequestContext, FuseOutput> function;
    private final FuseJson json;

    /** Calls the function and writes its reports as this JSON. */
    public FuseEndpoint(BiFunction<FuseInput, RequestContext, FuseOutput> function, FuseJson json) {
        this.function = function;
        this.json = json;
    }

    /**
     * A successful response, with status 200.
     *
     * @param isPicture whether the body is the picture itself; otherwise it is the output as JSON
     * @param headers in addition to those of every response
     * @param mediaType of the body
     */
    public record Response(FuseOutput output, boolean isPicture, Map<String, String> headers, String mediaType) {
        public Response {
            headers = Map.copyOf(headers);
        }
    }

    /** A fusion that has not begun. It throws the function's exceptions. */
    @FunctionalInterface
    public interface Fusion {
        /** Runs it on this thread. */
        Response run(RequestContext context);
    }

    /**
     * Prepares a fusion.
     *
     * @throws HttpMediaTypeNotAcceptableException if the client accepts no format that the options allow
     */
    public Fusion prepare(FuseInput input, ResponseFormat.Accepted accepted)
            throws HttpMediaTypeNotAcceptableException {
        PictureFormat requested = input.options().toEngine().output().format();
        // The response to a fusion whose result goes to storage is the report.
        ResponseFormat response = input.output() == null ? accepted.choose(requested) : accepted.requireJson();
        PictureFormat format = response.format();
        FuseInput wanted = format == null ? input : input.with(input.options().withFormat(format));
        return context -> response(function.apply(wanted, context), response.isPicture());
    }

    private Response response(FuseOutput output, boolean isPicture) {
        Map<String, String> headers = new HashMap<>(Map.of(HttpHeaders.VARY, HttpHeaders.ACCEPT));
        if (!isPicture) {
            return new Response(output, false, headers, MediaType.APPLICATION_JSON_VALUE);
        }
        String report = json.asciiLine(output.report());
        if (report.getBytes(StandardCharsets.US_ASCII).length < MAX_REPORT_BYTES) {
            headers.put(REPORT_HEADER, report);
        }
        return new Response(output, true, headers, output.picture().mediaType());
    }
}
