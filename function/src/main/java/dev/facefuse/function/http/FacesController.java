package dev.facefuse.function.http;

import dev.facefuse.engine.FacesFound;
import dev.facefuse.function.FacesFunction;
import dev.facefuse.function.FacesInput;
import dev.facefuse.function.FuseJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * {@code POST /faces}: finds the faces of a picture, for clients that choose one before they fuse. {@link AdmissionFilter} has admitted
 * the request.
 */
@Controller
final class FacesController {
    static final String PATH = "/faces";

    private final FacesFunction function;
    private final InputReader inputs;
    private final FuseJson json;
    private final BodyReader bodies;
    private final BodyPace pace;

    /** @param pace of bodies with pictures */
    FacesController(FacesFunction function, InputReader inputs, FuseJson json, BodyReader bodies, BodyPace pace) {
        this.function = function;
        this.inputs = inputs;
        this.json = json;
        this.bodies = bodies;
        this.pace = pace;
    }

    @PostMapping(
            path = PATH,
            consumes = {MediaType.APPLICATION_JSON_VALUE, MediaType.MULTIPART_FORM_DATA_VALUE})
    void faces(HttpServletRequest request, HttpServletResponse response, ResponseFormat.Accepted accepted)
            throws IOException, HttpMediaTypeNotAcceptableException {
        accepted.requireJson();
        InputReader.Head head = FuseController.head(request);
        IncomingBody body = bodies.receive(request, PATH, inputs.check(head), pace);
        if (body == null) {
            return; // Called again when the body has arrived.
        }
        FacesInput input;
        try (body) {
            input = inputs.readFaces(head, body.stream(), body.length());
        }
        FacesFound found = function.apply(input, ClientConnection.contextOf(request));
        response.setContentType(MediaType.APPLICATION_JSON_VALUE);
        json.write(response.getOutputStream(), found);
    }
}
