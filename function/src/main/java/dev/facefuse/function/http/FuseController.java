package dev.facefuse.function.http;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Caller;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.function.Function;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /fuse}: a body in, the function, an answer out. Answers are written straight to the connection: a picture of
 * 10 MiB is 10 MiB here, not thirty. {@link EntranceFilter} has let in what comes here.
 */
@Controller
final class FuseController {
    /** Where the report goes if the body is the picture; left out if longer than {@link #LONGEST_REPORT_BYTES}. */
    static final String REPORT_HEADER = "Facefuse-Report";

    /** Servers and proxies refuse headers from 8 KiB on; half of that is the report's. */
    static final int LONGEST_REPORT_BYTES = 4096;

    private final Function<FuseInput, FuseOutput> function;
    private final FuseJson json;
    private final FacefuseProperties properties;

    FuseController(Function<FuseInput, FuseOutput> function, FuseJson json, FacefuseProperties properties) {
        this.function = function;
        this.json = json;
        this.properties = properties;
    }

    @PostMapping(path = "/fuse", consumes = MediaType.APPLICATION_JSON_VALUE)
    void json(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        String accept = accept(request);
        Answer.of(accept, null); // Hopeless cases are refused before the body is read.
        long maxBytes = properties.maxJsonBytes();
        requireLength(request, maxBytes);
        if (request.getQueryString() != null) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "Options of a JSON request go into its body, under options; drop the query.");
        }
        answer(json.read(new LimitedBody(request.getInputStream(), maxBytes)), accept, request, response);
    }

    @PostMapping(path = "/fuse", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response) throws IOException, ServletException {
        String accept = accept(request);
        Answer.of(accept, null);
        long maxBytes = properties.maxMultipartBytes();
        requireLength(request, maxBytes);
        answer(MultipartInput.read(request, json, maxBytes), accept, request, response);
    }

    private void answer(FuseInput input, String accept, HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        EntranceFilter.placeOf(request).bodyRead();
        PictureFormat asked = input.options().toEngine().output().format();
        // A result that goes elsewhere is answered by its report.
        Answer answer = input.output() == null ? Answer.of(accept, asked) : Answer.json(accept);
        PictureFormat format = answer.format();
        FuseInput wanted = format == null ? input : input.with(input.options().withFormat(format));
        FuseOutput output = Caller.watched(ClientConnection.of(request)::gone, () -> function.apply(wanted));
        response.setHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT);
        if (!answer.picture()) {
            response.setContentType(MediaType.APPLICATION_JSON_VALUE);
            json.write(response.getOutputStream(), output);
            return;
        }
        String report = json.asciiLine(output.report());
        if (report.getBytes(StandardCharsets.US_ASCII).length < LONGEST_REPORT_BYTES) {
            response.setHeader(REPORT_HEADER, report);
        }
        byte[] picture = output.picture().bytes();
        response.setContentType(output.picture().mediaType());
        response.setContentLength(picture.length);
        response.getOutputStream().write(picture);
    }

    private static String accept(HttpServletRequest request) {
        return String.join(",", Collections.list(request.getHeaders(HttpHeaders.ACCEPT)));
    }

    private static void requireLength(HttpServletRequest request, long maxBytes) throws BodyTooLargeException {
        if (request.getContentLengthLong() > maxBytes) {
            throw new BodyTooLargeException(maxBytes);
        }
    }
}
