package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.context.request.ServletWebRequest;

/**
 * Answers for the page at {@code /}, its files and the samples, and lets everything else pass. Browsers ask each time whether
 * a file has changed; the page then is at most as old as the server.
 */
final class PageFilter extends HttpFilter {
    /** Nothing from elsewhere, nothing inline; pictures that people chose are blobs. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
                    + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String GZIP = "gzip";

    private final transient Map<String, PageFile> files;

    PageFilter(Map<String, PageFile> files) {
        this.files = files;
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        boolean asked = HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod());
        PageFile file = asked ? files.get(request.getServletPath()) : null;
        if (file == null) {
            chain.doFilter(request, response);
            return;
        }
        answer(file, request, response);
    }

    private static void answer(PageFile file, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setHeader("Content-Security-Policy", POLICY);
        response.setHeader(HttpHeaders.CACHE_CONTROL, "no-cache");
        byte[] body = file.plain();
        String etag = file.etag();
        byte[] gzip = file.gzip();
        if (gzip != null) {
            response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
            if (takesGzip(request.getHeader(HttpHeaders.ACCEPT_ENCODING))) {
                response.setHeader(HttpHeaders.CONTENT_ENCODING, GZIP);
                body = gzip;
                etag = etag.substring(0, etag.length() - 1) + "-gzip\""; // Other bytes, another tag.
            }
        }
        if (new ServletWebRequest(request, response).checkNotModified(etag)) {
            return;
        }
        response.setContentType(file.contentType());
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** RFC 9110, 12.5.3, as far as browsers and curl make use of it: the word, unless it has the weight 0. */
    private static boolean takesGzip(@Nullable String acceptEncoding) {
        if (acceptEncoding == null) {
            return false;
        }
        return Arrays.stream(acceptEncoding.toLowerCase(Locale.ROOT).split(","))
                .map(coding -> coding.replace(" ", ""))
                .anyMatch(coding -> coding.equals(GZIP) || coding.matches(GZIP + ";q=(1.*|0\\.\\d*[1-9]\\d*)"));
    }
}
