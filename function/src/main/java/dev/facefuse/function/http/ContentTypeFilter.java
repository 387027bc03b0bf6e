package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/**
 * Refuses a {@code Content-Type} that begins with a quotation mark, which no type does: of it Spring's parser, which looks before
 * its first character, would make a 500.
 */
final class ContentTypeFilter extends HttpFilter {
    private final transient ProblemWriter problems;

    ContentTypeFilter(ProblemWriter problems) {
        this.problems = problems;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String type = request.getContentType();
        if (type != null && type.startsWith("\"")) {
            problems.write(response, Problem.unsupportedMediaType());
        } else {
            chain.doFilter(request, response);
        }
    }
}
