package dev.facefuse.function.http;

import dev.facefuse.engine.FacesFound;
import dev.facefuse.function.FacesFunction;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /faces}: a picture in, the places of its faces out, for who wants to choose one before they fuse. {@link
 * EntranceFilter} has let in what comes here.
 */
@Controller
final class FacesController {
    static final String PATH = "/faces";

    private final FacesFunction function;
    private final FuseJson json;
    private final FacefuseProperties properties;
    private final BodyReader bodies;

    FacesController(FacesFunction function, FuseJson json, FacefuseProperties properties, BodyReader bodies) {
        this.bodies = bodies;
        this.function = function;
        this.json = json;
        this.properties = properties;
    }

    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
    void json(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Answer.json(Incoming.accept(request));
        FuseExchange.requireNoQuery(Incoming.query(request));
        IncomingBody body = receive(request, properties.maxJsonBytes());
        if (body == null) {
            return;
        }
        FacesInput input;
        try (body) {
            input = json.readFaces(body.stream());
        }
        answer(input, request, response);
    }

    @PostMapping(path = PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Answer.json(Incoming.accept(request));
        long maxBytes = properties.maxMultipartBytes();
        IncomingBody body = receive(request, maxBytes);
        if (body == null) {
            return;
        }
        FacesInput input;
        try (body) {
            MultipartBody parts = MultipartBody.of(request, body, maxBytes);
            input = MultipartInput.readFaces(parts, Incoming.query(request), json, maxBytes);
        }
        answer(input, request, response);
    }

    private @Nullable IncomingBody receive(HttpServletRequest request, long maxBytes) throws IOException {
        BodyLimiter.Slot place = EntranceFilter.placeOf(request);
        return bodies.receive(request, PATH, maxBytes, BodyPace.ofPictures(properties), place::close);
    }

    private void answer(FacesInput input, HttpServletRequest request, HttpServletResponse response) throws IOException {
        EntranceFilter.placeOf(request).bodyRead();
        FacesFound found = function.apply(input, ClientConnection.contextOf(request));
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        json.write(response.getOutputStream(), found);
    }
}
