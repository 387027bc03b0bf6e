package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

/** What {@code POST /fuse} means, whether a servlet container or Lambda carries it: input, function, reply. */
public final class FuseExchange {
    /** The path. */
    public static final String PATH = "/fuse";

    /** Where the report goes if the body is the picture; left out if longer than {@link #LONGEST_REPORT_BYTES}. */
    static final String REPORT_HEADER = "Facefuse-Report";

    /** Servers and proxies refuse headers from 8 KiB on; half of that is the report's. */
    static final int LONGEST_REPORT_BYTES = 4096;

    private final BiFunction<FuseInput, RequestContext, FuseOutput> function;
    private final FuseJson json;

    /** Around a function; its reports are written as this JSON. */
    public FuseExchange(BiFunction<FuseInput, RequestContext, FuseOutput> function, FuseJson json) {
        this.function = function;
        this.json = json;
    }

    /**
     * Refuses what no answer will do for, before its body is read.
     *
     * @param accept the header, empty if there is none
     * @throws HttpMediaTypeNotAcceptableException if neither JSON nor any picture will do
     */
    public static void requireAcceptable(String accept) throws HttpMediaTypeNotAcceptableException {
        Answer.of(accept, null);
    }

    /**
     * Reads a JSON body.
     *
     * @param query the URL's, empty if there is none
     * @throws FuseException {@code bad-request} and {@code picture-too-large}, as {@link FuseJson#read} does
     * @throws IOException the stream's own
     */
    public FuseInput read(InputStream body, String query) throws IOException {
        requireNoQuery(query);
        return json.read(body);
    }

    static void requireNoQuery(String query) {
        if (!query.isEmpty()) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST, "Options of a JSON request go into its body; drop the query.");
        }
    }

    /**
     * The fusion that is asked for, not begun yet; it throws what the function does.
     *
     * @param accept the header, empty if there is none
     * @throws HttpMediaTypeNotAcceptableException if header and options leave nothing to answer with
     */
    public Function<RequestContext, FuseReply> fusion(FuseInput input, String accept)
            throws HttpMediaTypeNotAcceptableException {
        PictureFormat asked = input.options().toEngine().output().format();
        // A result that goes elsewhere is answered by its report.
        Answer answer = input.output() == null ? Answer.of(accept, asked) : Answer.json(accept);
        PictureFormat format = answer.format();
        FuseInput wanted = format == null ? input : input.with(input.options().withFormat(format));
        return context -> reply(function.apply(wanted, context), answer.picture());
    }

    private FuseReply reply(FuseOutput output, boolean picture) {
        Map<String, String> headers = new HashMap<>(Map.of(HttpHeaders.VARY, HttpHeaders.ACCEPT));
        if (!picture) {
            return new FuseReply(output, false, headers, MediaType.APPLICATION_JSON_VALUE);
        }
        String report = json.asciiLine(output.report());
        if (report.getBytes(StandardCharsets.US_ASCII).length < LONGEST_REPORT_BYTES) {
            headers.put(REPORT_HEADER, report);
        }
        return new FuseReply(output, true, headers, output.picture().mediaType());
    }
}
