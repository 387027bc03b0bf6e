package dev.facefuse.function.http;

import java.io.IOException;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.ServerHttpResponse;
import org.springframework.http.server.ServletServerHttpResponse;
import org.springframework.web.cors.DefaultCorsProcessor;

/** Spring's CORS, which answers a refused request with a problem instead of a line of text. */
final class ProblemCorsProcessor extends DefaultCorsProcessor {
    private final ProblemWriter problems;

    ProblemCorsProcessor(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void rejectRequest(ServerHttpResponse response) throws IOException {
        if (response instanceof ServletServerHttpResponse servlet) {
            problems.write(
                    servlet.getServletResponse(),
                    Problem.of(
                            HttpStatus.FORBIDDEN,
                            "The method or a header of this request is not among those that other origins may use; they may use"
                                    + " GET, HEAD and POST."));
        }
    }
}
