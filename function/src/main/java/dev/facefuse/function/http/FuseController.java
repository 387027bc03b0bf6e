package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    private final BodyReader bodies;

    FuseController(FuseExchange exchange, FuseJson json, FacefuseProperties properties, BodyReader bodies) {
        this.bodies = bodies;
        this.exchange = exchange;
        this.json = json;
        this.properties = properties;
    }

    @PostMapping(path = FuseExchange.PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
    void json(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        requireAcceptable(request);
        String query = Incoming.query(request);
        FuseExchange.requireNoQuery(query);
        IncomingBody body = receive(request, properties.maxJsonBytes());
        if (body == null) {
            return;
        }
        FuseInput input;
        try (body) {
            input = exchange.read(body.stream(), query);
        }
        answer(input, request, response);
    }

    @PostMapping(path = FuseExchange.PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        requireAcceptable(request);
        long maxBytes = properties.maxMultipartBytes();
        IncomingBody body = receive(request, maxBytes);
        if (body == null) {
            return;
        }
        FuseInput input;
        try (body) {
            MultipartBody parts = MultipartBody.of(request, body, maxBytes);
            input = MultipartInput.read(parts, Incoming.query(request), json, maxBytes);
        }
        answer(input, request, response);
    }

    private @Nullable IncomingBody receive(HttpServletRequest request, long maxBytes) throws IOException {
        BodyLimiter.Slot place = EntranceFilter.placeOf(request);
        return bodies.receive(request, FuseExchange.PATH, maxBytes, BodyPace.ofPictures(properties), place::close);
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
        RequestContext context = ClientConnection.contextOf(request);
        String accept = Incoming.accept(request);
        if (Answer.prefersEvents(accept)) {
            Function<RequestContext, FuseReply> fusion = exchange.fusion(input, MediaType.APPLICATION_JSON_VALUE);
            new FusionEvents(response, json).tell(context, fusion);
            return;
        }
        FuseReply reply = exchange.fusion(input, accept).apply(context);
        reply.headers().forEach(response::addHeader); // Vary may be there already.
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
