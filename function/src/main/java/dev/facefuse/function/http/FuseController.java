package dev.facefuse.function.http;

import dev.facefuse.function.Caller;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Supplier;
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
        requireAcceptable(request);
        long maxBytes = properties.maxJsonBytes();
        Incoming.requireLength(request, maxBytes);
        LimitedBody body = new LimitedBody(request.getInputStream(), maxBytes);
        answer(exchange.read(body, Incoming.query(request)), request, response);
    }

    @PostMapping(path = FuseExchange.PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        requireAcceptable(request);
        long maxBytes = properties.maxMultipartBytes();
        Incoming.requireLength(request, maxBytes);
        answer(MultipartInput.read(request::getParts, Incoming.query(request), json, maxBytes), request, response);
    }

    private static void requireAcceptable(HttpServletRequest request) throws HttpMediaTypeNotAcceptableException {
        String accept = Incoming.accept(request);
        if (!Answer.prefersEvents(accept)) {
            FuseExchange.requireAcceptable(accept);
        }
    }

    private void answer(FuseInput input, HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        EntranceFilter.placeOf(request).bodyRead();
        ClientConnection connection = ClientConnection.of(request);
        String accept = Incoming.accept(request);
        if (Answer.prefersEvents(accept)) {
            Supplier<FuseReply> fusion = exchange.fusion(input, MediaType.APPLICATION_JSON_VALUE);
            new FusionEvents(connection, response, json).tell(fusion);
            return;
        }
        Supplier<FuseReply> fusion = exchange.fusion(input, accept);
        FuseReply reply = Caller.watched(connection::gone, fusion);
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
}
