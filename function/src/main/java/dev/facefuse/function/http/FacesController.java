package dev.facefuse.function.http;

import dev.facefuse.engine.FacesFound;
import dev.facefuse.function.Caller;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.application.FacefuseProperties;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.function.Function;
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

    private final Function<FacesInput, FacesFound> function;
    private final FuseJson json;
    private final FacefuseProperties properties;

    FacesController(Function<FacesInput, FacesFound> function, FuseJson json, FacefuseProperties properties) {
        this.function = function;
        this.json = json;
        this.properties = properties;
    }

    @PostMapping(path = PATH, consumes = MediaType.APPLICATION_JSON_VALUE)
    void json(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Answer.json(Incoming.accept(request));
        FuseExchange.requireNoQuery(Incoming.query(request));
        long maxBytes = properties.maxJsonBytes();
        Incoming.requireLength(request, maxBytes);
        answer(json.readFaces(new LimitedBody(request.getInputStream(), maxBytes)), request, response);
    }

    @PostMapping(path = PATH, consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void multipart(HttpServletRequest request, HttpServletResponse response)
            throws IOException, HttpMediaTypeNotAcceptableException {
        Answer.json(Incoming.accept(request));
        long maxBytes = properties.maxMultipartBytes();
        Incoming.requireLength(request, maxBytes);
        answer(MultipartInput.readFaces(request::getParts, Incoming.query(request), json, maxBytes), request, response);
    }

    private void answer(FacesInput input, HttpServletRequest request, HttpServletResponse response) throws IOException {
        EntranceFilter.placeOf(request).bodyRead();
        FacesFound found = Caller.watched(ClientConnection.of(request)::gone, () -> function.apply(input));
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        json.write(response.getOutputStream(), found);
    }
}
