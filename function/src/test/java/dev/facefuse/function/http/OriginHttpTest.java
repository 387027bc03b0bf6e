package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names that a server on a loopback address accepts, and the web pages that may use it. */
@Timeout(60)
class OriginHttpTest {
    private static final String INPUT = "{\"template\":{\"base64\":\"dA==\"},\"user\":{\"base64\":\"dQ==\"}}";
    private static final String SITE = "https://photos.example";
    private static final FakeEngine ENGINE = new FakeEngine();
    private static HttpServer server;
    private static RawHttp http;

    @BeforeAll
    static void start() {
        server = HttpServer.start(
                Map.of(
                        "server.port",
                        0,
                        "facefuse.http.origins",
                        SITE + "/,http://localhost:3000",
                        "facefuse.http.hosts",
                        "faces.example,192.0.2.7",
                        "logging.level.root",
                        "OFF"),
                ENGINE::open);
        http = new RawHttp(server.port());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void reset() {
        ENGINE.request = null;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "localhost:1",
                "LOCALHOST:8080",
                "localhost.",
                "localhost.:8080",
                "127.0.0.1",
                "127.0.0.1:8080",
                "127.1.2.3",
                "[::1]",
                "[::1]:8080",
                "[0:0:0:0:0:0:0:1]",
                "faces.example",
                "Faces.Example.:443",
                "192.0.2.7:80",
                "photos.example"
            })
    void acceptsItsNames(String host) throws IOException {
        assertThat(http.send("GET / HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "localhost.evil.example",
                "evil.localhost.example:8080",
                "127.0.0.1.evil.example",
                "127.0.0.1.nip.io",
                "xlocalhost",
                "0.0.0.0",
                "0.0.0.0:8080",
                "10.0.0.1",
                "192.0.2.8",
                "[::]",
                "[fe80::1]",
                "evil.faces.example",
                "2130706433"
            })
    void rejectsOtherNamesOnEveryPath(String host) throws IOException {
        for (String path : List.of("/", "/page/page.js", "/fuse", "/actuator/prometheus", "/nothing")) {
            forbidden(http.send("GET " + path + " HTTP/1.1", "Host: " + host), "FACEFUSE_HTTP_HOSTS");
        }
        forbidden(http.send("GET http://" + host + "/ HTTP/1.1", "Host: " + host), "FACEFUSE_HTTP_HOSTS");
        // Nothing of the body is there, and none is asked for.
        forbidden(
                http.send(
                        "POST /fuse HTTP/1.1",
                        "Host: " + host,
                        "Content-Type: application/json",
                        "Content-Length: 1000",
                        "Expect: 100-continue"),
                "FACEFUSE_HTTP_HOSTS");
    }

    @Test
    void rejectsTwoNames() throws IOException {
        assertThat(http.send("GET / HTTP/1.1", "Host: localhost", "Host: evil.example"))
                .startsWith("HTTP/1.1 400");
        assertThat(http.send("GET http://evil.example/ HTTP/1.1", "Host: localhost"))
                .startsWith("HTTP/1.1 400");
        assertThat(http.send("GET / HTTP/1.1")).startsWith("HTTP/1.1 400");
    }

    @Test
    void acceptsRequestsWithoutHost() throws IOException {
        assertThat(http.send("GET / HTTP/1.0")).startsWith("HTTP/1.1 200");
        forbidden(http.send("GET / HTTP/1.0", "Host: evil.example"), "FACEFUSE_HTTP_HOSTS");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // Programs and the page
                "localhost:8080||",
                "localhost:8080|http://localhost:8080|",
                "LocalHost:8080|http://localhost:8080|same-origin",
                "localhost|http://localhost|",
                "localhost:80|http://localhost|same-origin",
                "127.0.0.1:8080|http://127.0.0.1:8080|",
                "[::1]:8080|http://[::1]:8080|same-origin",
                "localhost:8080||same-origin",
                "localhost:8080||none",
                "localhost:8080|null|same-origin",
                // Behind a proxy that ends TLS
                "faces.example|https://faces.example|same-origin",
                "faces.example:8443|https://faces.example:8443|same-origin",
                // Configured
                "localhost:8080|https://photos.example|cross-site",
                "localhost:8080|https://photos.example|",
                "localhost:8080|http://localhost:3000|same-site",
                "127.0.0.1:8080|https://photos.example|same-origin"
            })
    void permitsItsOwnPageProgramsAndConfiguredSites(String host, String origin, String site) throws IOException {
        assertThat(fuse(host, origin, site)).startsWith("HTTP/1.1 200");
        assertThat(ENGINE.request).isNotNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "localhost:8080|https://evil.example|",
                "localhost:8080|https://evil.example|cross-site",
                "localhost:8080|https://evil.example|same-origin",
                "localhost:8080|https://evil.example|none",
                "localhost:8080|http://localhost:8081|",
                "localhost:8080|http://localhost:8081|same-site",
                "localhost:8080|http://localhost|",
                "localhost:8080|http://127.0.0.1:8080|",
                "localhost:8080|https://localhost:8080|",
                "localhost:8080|http://localhost:8080.evil.example|",
                "localhost:8080|http://localhost:8080|cross-site",
                "localhost:8080|null|",
                "localhost:8080|null|cross-site",
                "localhost:8080|file://|",
                "localhost:8080||cross-site",
                "localhost:8080||same-site",
                "localhost:8080||something-new",
                "localhost:8080|http://photos.example|",
                "localhost:8080|https://photos.example:444|",
                "localhost:8080|https://photos.example.evil.example|cross-site",
                "localhost:8080|https://evil.photos.example|cross-site"
            })
    void rejectsPagesOfOtherSitesBeforeTheirBody(String host, String origin, String site) throws IOException {
        forbidden(fuse(host, origin, site), "FACEFUSE_HTTP_ORIGINS");
        List<String> headers = headers(host, origin, site);
        headers.addAll(List.of("Content-Type: application/json", "Content-Length: 1000", "Expect: 100-continue"));
        for (String path : List.of("/fuse", "/faces", "/events", "/invoke", "/")) {
            forbidden(http.send("POST " + path + " HTTP/1.1", headers.toArray(String[]::new)), "FACEFUSE_HTTP_ORIGINS");
        }
        forbidden(
                http.send(
                        "GET /samples/mona-lisa.jpg HTTP/1.1",
                        headers(host, origin, site).toArray(String[]::new)),
                "FACEFUSE_HTTP_ORIGINS");
        assertThat(ENGINE.request).isNull();
    }

    @Test
    void rejectsTwoOrigins() throws IOException {
        forbidden(
                http.send("GET / HTTP/1.1", "Host: localhost", "Origin: " + SITE, "Origin: https://evil.example"),
                "FACEFUSE_HTTP_ORIGINS");
        forbidden(
                http.send("GET / HTTP/1.1", "Host: localhost", "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"),
                "FACEFUSE_HTTP_ORIGINS");
    }

    @Test
    void permitsLinksFromOtherSitesAndNoFrames() throws IOException {
        String[] link = {"Host: localhost", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"};
        assertThat(http.send("GET / HTTP/1.1", link)).startsWith("HTTP/1.1 200");
        assertThat(http.send("GET / HTTP/1.1", and(link, "Sec-Fetch-Dest: document")))
                .startsWith("HTTP/1.1 200");
        forbidden(http.send("GET / HTTP/1.1", and(link, "Sec-Fetch-Dest: iframe")), "FACEFUSE_HTTP_ORIGINS");
        forbidden(http.send("GET / HTTP/1.1", and(link, "Origin: https://evil.example")), "FACEFUSE_HTTP_ORIGINS");
        forbidden(
                http.send("POST /fuse HTTP/1.1", and(link, "Content-Length: 0", "Sec-Fetch-Dest: document")),
                "FACEFUSE_HTTP_ORIGINS");
        forbidden(
                http.send(
                        "GET /page/page.js HTTP/1.1",
                        "Host: localhost",
                        "Sec-Fetch-Site: cross-site",
                        "Sec-Fetch-Mode: no-cors"),
                "FACEFUSE_HTTP_ORIGINS");
    }

    @Test
    void acceptsPreflightsOfConfiguredOrigins() throws IOException {
        String answer = http.send(
                "OPTIONS /fuse HTTP/1.1",
                "Host: localhost:8080",
                "Origin: " + SITE,
                "Sec-Fetch-Site: cross-site",
                "Sec-Fetch-Mode: cors",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization,content-type,x-request-id",
                "Access-Control-Request-Private-Network: true");
        assertThat(answer)
                .startsWith("HTTP/1.1 200")
                .contains(
                        "Access-Control-Allow-Origin: " + SITE + "\r\n",
                        "Access-Control-Allow-Headers: authorization, content-type, x-request-id\r\n",
                        "Access-Control-Allow-Private-Network: true\r\n",
                        "Vary: Origin\r\n")
                .containsPattern("Access-Control-Allow-Methods: .*POST")
                .doesNotContain("Access-Control-Allow-Credentials", "*");
    }

    @Test
    void rejectsPreflightsOfOtherOriginsAndMethods() throws IOException {
        String[] evil = {"Host: localhost:8080", "Origin: https://evil.example", "Access-Control-Request-Method: POST"};
        String answer = http.send("OPTIONS /fuse HTTP/1.1", evil);
        forbidden(answer, "FACEFUSE_HTTP_ORIGINS");
        assertThat(answer).doesNotContain("Access-Control-").contains("Vary: Origin\r\n");
        assertThat(http.send(
                        "OPTIONS /fuse HTTP/1.1",
                        "Host: localhost:8080",
                        "Origin: " + SITE,
                        "Access-Control-Request-Method: DELETE"))
                .startsWith("HTTP/1.1 403")
                .contains("application/problem+json", "GET, HEAD and POST");
    }

    @Test
    void letsConfiguredOriginsReadResponses() throws IOException {
        assertThat(fuse("localhost:8080", SITE, "cross-site"))
                .contains(
                        "Access-Control-Allow-Origin: " + SITE + "\r\n",
                        "Access-Control-Expose-Headers: Facefuse-Report, Retry-After, X-Request-Id, WWW-Authenticate\r\n",
                        "Vary: Origin\r\n",
                        "Vary: Accept\r\n");
        assertThat(http.send("GET /nothing HTTP/1.1", "Host: localhost", "Origin: " + SITE))
                .startsWith("HTTP/1.1 404")
                .contains("Access-Control-Allow-Origin: " + SITE + "\r\n");
        assertThat(http.send("GET / HTTP/1.1", "Host: localhost"))
                .containsPattern("(?i)\r\nVary: [^\r]*\\bOrigin\\b")
                .containsPattern("(?i)\r\nVary: [^\r]*\\bAccept-Encoding\\b")
                .doesNotContain("Access-Control-");
    }

    private static String fuse(String host, String origin, String site) throws IOException {
        List<String> headers = headers(host, origin, site);
        headers.addAll(
                List.of("Accept: image/*", "Content-Type: application/json", "Content-Length: " + INPUT.length()));
        return http.sendBody("POST /fuse HTTP/1.1", INPUT, headers.toArray(String[]::new));
    }

    private static List<String> headers(String host, String origin, String site) {
        List<String> headers = new ArrayList<>(List.of("Host: " + host));
        if (origin != null) {
            headers.add("Origin: " + origin);
        }
        if (site != null) {
            headers.add("Sec-Fetch-Site: " + site);
        }
        return headers;
    }

    private static String[] and(String[] headers, String... more) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    private static void forbidden(String answer, String advice) {
        assertThat(answer)
                .startsWith("HTTP/1.1 403")
                .contains("Content-Type: application/problem+json", "\"code\":\"forbidden\"", advice);
    }
}
