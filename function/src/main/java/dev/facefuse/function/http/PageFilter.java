package dev.facefuse.function.http;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.core.io.Resource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.resource.NoResourceFoundException;
import org.springframework.web.servlet.resource.ResourceHttpRequestHandler;

/**
 * Serves the page at {@code /}, its files and the samples with Spring's resource handling, and passes every other request on. It is a
 * filter because the page needs no access token. Tomcat compresses the text files (http.properties). Browsers ask each time whether a
 * file has changed, so the page is never older than the server.
 */
final class PageFilter extends HttpFilter {
    /** Nothing from elsewhere, nothing inline; pictures that people choose are blobs. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;"
                    + " connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none';"
                    + " require-trusted-types-for 'script'; trusted-types 'none'";

    private static final String INDEX = "page/index.html";
    private static final Pattern FILE = Pattern.compile("(?:page|samples)/[a-z-]+\\.[a-z]+");

    private final transient ResourceHttpRequestHandler files = new TextInUtf8();
    private final transient Map<String, String> etags = new ConcurrentHashMap<>();

    PageFilter() throws Exception {
        files.setLocations(List.of(
                new ClassPathResource("dev/facefuse/function/"), new ClassPathResource("dev/facefuse/models/")));
        files.setCacheControl(CacheControl.noCache());
        files.setUseLastModified(false);
        files.setEtagGenerator(file -> etags.computeIfAbsent(String.valueOf(file.getFilename()), name -> etag(file)));
        files.afterPropertiesSet();
    }

    private static final class TextInUtf8 extends ResourceHttpRequestHandler {
        @Override
        protected @Nullable MediaType getMediaType(HttpServletRequest request, Resource file) {
            MediaType type = super.getMediaType(request, file);
            return type != null && type.getType().equals("text")
                    ? MediaType.parseMediaType(type + ";charset=utf-8")
                    : type;
        }
    }

    /** Weak, because compressed and uncompressed responses have the same one. */
    private static String etag(Resource file) {
        try {
            return "W/\"" + DigestUtils.md5DigestAsHex(file.getContentAsByteArray()) + '"';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        String path =
                request.getServletPath().substring(request.getServletPath().isEmpty() ? 0 : 1);
        boolean isFile = path.isEmpty() || (FILE.matcher(path).matches() && !path.equals(INDEX));
        boolean isRead = HttpMethod.GET.matches(request.getMethod()) || HttpMethod.HEAD.matches(request.getMethod());
        if (!isFile || !isRead) {
            chain.doFilter(request, response);
            return;
        }
        request.setAttribute(HandlerMapping.PATH_WITHIN_HANDLER_MAPPING_ATTRIBUTE, path.isEmpty() ? INDEX : path);
        response.setHeader("Content-Security-Policy", POLICY);
        response.addHeader(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
        try {
            files.handleRequest(request, response);
        } catch (NoResourceFoundException e) {
            SecurityHeadersFilter.set(response);
            chain.doFilter(request, response);
        }
    }
}
