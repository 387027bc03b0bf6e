package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import org.springframework.http.HttpHeaders;

/** Refuses an encoded body ({@link ContentEncoding}) before it is read. */
final class ContentEncodingFilter extends HttpFilter {
    private final transient ProblemWriter problems;

    ContentEncodingFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String header = String.join(",", Collections.list(request.getHeaders(HttpHeaders.CONTENT_ENCODING)));
        if (!ContentEncoding.isEncoded(header)) {
            chain.doFilter(request, response);
            return;
        }
        response.setHeader(HttpHeaders.ACCEPT_ENCODING, ContentEncoding.ACCEPTED);
        problems.write(response, Problem.unsupportedEncoding(header));
    }
}
