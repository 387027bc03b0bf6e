package dev.facefuse.function.http;

import dev.facefuse.function.Caller;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Objects;
import java.util.function.Supplier;
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
    private final FuseExchange exchange;
    private final FuseJson json;
    private final FacefuseProperties properties;

    FuseController(FuseExchange exchange, FuseJson json, FacefuseProperties properties) {
        this.exchange = exchange;
        this.json = json;
        this.properties = properties;
    }

    @PostMapping(path = FuseExchange.PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
    void json(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        String accept = accept(request);
        FuseExchange.requireAcceptable(accept);
        long maxBytes = properties.maxJsonBytes();
        requireLength(request, maxBytes);
        LimitedBody body = new LimitedBody(request.getInputStream(), maxBytes);
        answer(exchange.read(body, query(request)), accept, request, response);
    }

    @PostMapping(path = FuseExchange.PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        String accept = accept(request);
        FuseExchange.requireAcceptable(accept);
        long maxBytes = properties.maxMultipartBytes();
        requireLength(request, maxBytes);
        answer(MultipartInput.read(request::getParts, query(request), json, maxBytes), accept, request, response);
    }

    private void answer(FuseInput input, String accept, HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        EntranceFilter.placeOf(request).bodyRead();
        Supplier<FuseReply> fusion = exchange.fusion(input, accept);
        FuseReply reply = Caller.watched(ClientConnection.of(request)::gone, fusion);
        reply.headers().forEach(response::setHeader);
        response.setContentType(reply.mediaType());
        if (!reply.picture()) {
            json.write(response.getOutputStream(), reply.output());
            return;
        }
        byte[] picture = reply.output().picture().bytes();
        response.setContentLength(picture.length);
        response.getOutputStream().write(picture);
    }

    private static String query(HttpServletRequest request) {
        return Objects.requireNonNullElse(request.getQueryString(), "");
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
