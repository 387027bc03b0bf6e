package dev.facefuse.function.http;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Objects;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /fuse}: receives the body, calls {@link FuseEndpoint}, writes the response. {@link AdmissionFilter} has admitted the
 * request. Responses are written straight to the connection: a picture of 10 MiB takes 10 MiB of memory here, not thirty.
 */
@Controller
final class FuseController {
    private final FuseEndpoint endpoint;
    private final InputReader inputs;
    private final FuseJson json;
    private final BodyReader bodies;
    private final BodyPace pace;

    /** @param pace of bodies with pictures */
    FuseController(FuseEndpoint endpoint, InputReader inputs, FuseJson json, BodyReader bodies, BodyPace pace) {
        this.endpoint = endpoint;
        this.inputs = inputs;
        this.json = json;
        this.bodies = bodies;
        this.pace = pace;
    }

    @PostMapping(
            path = FuseEndpoint.PATH,
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.MULTIPART_FORM_DATA_VALUE})
    void fuse(HttpServletRequest request, HttpServletResponse response, ResponseFormat.Accepted accepted)
            throws IOException, HttpMediaTypeNotAcceptableException {
        if (!accepted.prefersEvents()) {
            accepted.choose(null); // Rejects the request before its body is read if no format fits.
        }
        InputReader.Head head = head(request);
        IncomingBody body = bodies.receive(request, FuseEndpoint.PATH, inputs.check(head), pace);
        if (body == null) {
            return; // Called again when the body has arrived.
        }
        FuseInput input;
        try (body) {
            input = inputs.readFuse(head, body.stream(), body.length());
        }
        RequestContext context = ClientConnection.contextOf(request);
        if (accepted.prefersEvents()) {
            FuseEndpoint.Fusion fusion = endpoint.prepare(input, ResponseFormat.Accepted.JSON);
            new FusionEvents(response, json).stream(fusion, context);
        } else {
            write(endpoint.prepare(input, accepted).run(context), response);
        }
    }

    /** The headers and the query that {@link InputReader} needs. */
    static InputReader.Head head(HttpServletRequest request) {
        return new InputReader.Head(
                Objects.requireNonNullElse(request.getContentType(), ""),
                Objects.requireNonNullElse(request.getQueryString(), ""));
    }

    private void write(FuseEndpoint.Response result, HttpServletResponse response) throws IOException {
        result.headers().forEach(response::addHeader); // Vary may have a value already.
        response.setContentType(result.mediaType());
        if (!result.isPicture()) {
            json.write(response.getOutputStream(), result.output());
            return;
        }
        byte[] picture = result.output().picture().bytes();
        response.setContentLength(picture.length);
        response.getOutputStream().write(picture);
    }
}
