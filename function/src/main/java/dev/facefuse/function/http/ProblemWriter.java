package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.function.FuseJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Writes a problem as the whole answer. */
final class ProblemWriter {
    /** A fusion takes well under a second on most devices. */
    private static final String RETRY_AFTER_SECONDS = "1";

    private final FuseJson json;

    ProblemWriter(FuseJson json) {
        this.json = json;
    }

    /** Writes it, unless an answer is already on its way; then the connection's end says that it is incomplete. */
    void write(HttpServletResponse response, Problem problem) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        response.resetBuffer();
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        if (problem.code().equals(ErrorCode.BUSY.code())) {
            response.setHeader("Retry-After", RETRY_AFTER_SECONDS);
        }
        json.write(response.getOutputStream(), problem);
    }
}
