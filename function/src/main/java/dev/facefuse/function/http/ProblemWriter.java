package dev.facefuse.function.http;

import dev.facefuse.function.FuseJson;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;

/** Writes a problem as the whole answer. */
final class ProblemWriter {
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
        SecurityHeadersFilter.set(response);
        response.setStatus(problem.status());
        response.setContentType(Problem.MEDIA_TYPE);
        Long retryAfterSeconds = problem.retryAfterSeconds();
        if (retryAfterSeconds != null) {
            response.setHeader(HttpHeaders.RETRY_AFTER, retryAfterSeconds.toString());
        }
        json.write(response.getOutputStream(), problem);
    }
}
