package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How the page's files are served, and rules for their content. {@code PageIT} checks in a browser how the page works. */
@Timeout(60)
class PageHttpTest {
    private static final Path FOLDER = Path.of("src/main/resources/dev/facefuse/function/page");
    private static final int MOST_BYTES = 50_000;

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static HttpServer server;

    @BeforeAll
    static void start() {
        server = HttpServer.start(Map.of("server.port", 0, "logging.level.root", "OFF"), new FakeEngine()::open);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/, text/html;charset=utf-8",
        "/page/page.css, text/css;charset=utf-8",
        "/page/page.js, text/javascript;charset=utf-8",
        "/page/icon.svg, image/svg+xml",
        "/samples/mona-lisa.jpg, image/jpeg",
        "/samples/astronaut.png, image/png",
    })
    void filesHaveTypesAndAPolicy(String path, String type) throws Exception {
        HttpResponse<byte[]> response = get(path);
        assertThat(response.statusCode()).isEqualTo(200);
        HttpHeaders headers = response.headers();
        assertThat(headers.allValues("Content-Type")).containsExactly(type);
        assertThat(headers.allValues("Cache-Control")).containsExactly("no-cache");
        assertThat(headers.allValues("X-Content-Type-Options")).containsExactly("nosniff");
        assertThat(headers.allValues("Referrer-Policy")).containsExactly("no-referrer");
        assertThat(headers.allValues("Content-Security-Policy"))
                .singleElement()
                .asString()
                .startsWith("default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:;")
                .doesNotContain("unsafe", "*", "http");
        assertThat(headers.firstValue("Content-Encoding")).isEmpty();
        assertThat(response.body())
                .hasSize((int) headers.firstValueAsLong("Content-Length").orElse(-1));
    }

    @Test
    void compressesTextForClientsThatAcceptIt() throws Exception {
        HttpResponse<byte[]> plain = get("/page/page.css");
        HttpResponse<byte[]> gzip = get("/page/page.css", "Accept-Encoding", "br, gzip, deflate");
        assertThat(gzip.headers().allValues("Content-Encoding")).containsExactly("gzip");
        assertThat(gzip.headers().allValues("Vary"))
                .singleElement()
                .asString()
                .isEqualToIgnoringCase("Accept-Encoding");
        assertThat(new GZIPInputStream(new ByteArrayInputStream(gzip.body())).readAllBytes())
                .isEqualTo(plain.body());
        // A weak tag may stand for both; a strong one must not.
        assertThat(etag(gzip)).startsWith("W/\"").isEqualTo(etag(plain));
        assertThat(get("/samples/astronaut.png", "Accept-Encoding", "gzip")
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip|true",
                "GZIP;q=0.5|true",
                "gzip;q=1.0|true",
                "deflate,gzip|true",
                "gzip;q=0|false",
                "gzip; q=0.000|false",
                "br|false",
                "x-gzip-like|false",
                "identity|false"
            })
    void compressesByTheAcceptedEncodings(String accepted, boolean compressed) throws Exception {
        assertThat(get("/", "Accept-Encoding", accepted)
                        .headers()
                        .firstValue("Content-Encoding")
                        .isPresent())
                .isEqualTo(compressed);
    }

    @Test
    void respondsWith304ToUnchangedFiles() throws Exception {
        for (String encoding : new String[] {"identity", "gzip"}) {
            HttpResponse<byte[]> first = get("/", "Accept-Encoding", encoding);
            HttpResponse<byte[]> again = get("/", "Accept-Encoding", encoding, "If-None-Match", etag(first));
            assertThat(again.statusCode()).isEqualTo(304);
            assertThat(again.body()).isEmpty();
            assertThat(etag(again)).isEqualTo(etag(first));
            assertThat(get("/", "Accept-Encoding", encoding, "If-None-Match", "\"other\"")
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void aHeadHasNoBody() throws Exception {
        HttpResponse<byte[]> head =
                CLIENT.send(request("/").method("HEAD", BodyPublishers.noBody()).build(), BodyHandlers.ofByteArray());
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("Content-Length")).hasValue(get("/").body().length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/page/", "/page", "/index.html", "/page/index.html", "/samples/", "/page/nothing.js"})
    void servesNoOtherPath(String path) throws Exception {
        assertThat(get(path).statusCode()).isEqualTo(404);
    }

    @Test
    void rejectsPosts() throws Exception {
        HttpResponse<byte[]> response =
                CLIENT.send(request("/").POST(BodyPublishers.ofString("{}")).build(), BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(404);
    }

    @Test
    void everyFileOfTheFolderIsServedAndAskedFor() throws Exception {
        Set<String> named = all(Pattern.compile("(?:src|href)=\"(page/[^\"]+)\""), read("index.html"));
        try (Stream<Path> files = Files.list(FOLDER)) {
            Set<String> there = files.map(file -> "page/" + file.getFileName())
                    .filter(file -> !file.equals("page/index.html"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertThat(named).isEqualTo(there);
        }
        int bytes = get("/", "Accept-Encoding", "gzip").body().length;
        for (String file : named) {
            HttpResponse<byte[]> response = get("/" + file, "Accept-Encoding", "gzip");
            assertThat(response.statusCode()).as(file).isEqualTo(200);
            bytes += response.body().length;
        }
        assertThat(bytes).isLessThan(MOST_BYTES);
    }

    @Test
    void hasNothingInlineAndLoadsNothingFromElsewhere() throws Exception {
        assertThat(read("index.html"))
                .doesNotContainPattern("<style|style=|\\son[a-z]+=|javascript:|<script(?![^>]* src=)");
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.toList()) {
                assertThat(Files.readString(file).replace("http://www.w3.org/2000/svg", ""))
                        .as(file.toString())
                        .doesNotContainPattern("https?://|\\burl\\(|@import|innerHTML|eval\\(");
            }
        }
    }

    @Test
    void everyLabelExistsInBothLanguages() throws Exception {
        String[] halves = read("words.js").split("const ZH = ", 2);
        Map<String, String> english = words(halves[0]);
        Map<String, String> chinese = words(halves[1]);
        assertThat(chinese.keySet()).containsAll(english.keySet());
        // For problems, the English page shows the server's sentence.
        assertThat(chinese.keySet().stream().filter(key -> !key.startsWith("problem-")))
                .isSubsetOf(english.keySet());
        english.forEach((key, phrase) ->
                assertThat(blanks(chinese.getOrDefault(key, ""))).as(key).isEqualTo(blanks(phrase)));
        String html = read("index.html");
        Matcher texts = Pattern.compile("data-word=\"([^\"]+)\"[^>]*>([^<]*)<").matcher(html);
        while (texts.find()) {
            assertThat(texts.group(2)).as(texts.group(1)).isEqualTo(english.get(texts.group(1)));
        }
        assertThat(english.keySet()).containsAll(all(Pattern.compile("data-word(?:-label|-alt)?=\"([^\"]+)\""), html));
    }

    private static Map<String, String> words(String source) {
        Map<String, String> words = new TreeMap<>();
        Matcher entries = Pattern.compile("(?m)^  \"([^\"]+)\": \"([^\"]*)\",$").matcher(source);
        while (entries.find()) {
            assertThat(words.put(entries.group(1), entries.group(2)))
                    .as(entries.group(1))
                    .isNull();
        }
        assertThat(words).isNotEmpty();
        return words;
    }

    private static Set<String> blanks(String phrase) {
        return all(Pattern.compile("\\{(\\w+)}"), phrase);
    }

    private static Set<String> all(Pattern pattern, String text) {
        return pattern.matcher(text)
                .results()
                .map((MatchResult match) -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read(String name) throws Exception {
        return Files.readString(FOLDER.resolve(name), StandardCharsets.UTF_8);
    }

    private static String etag(HttpResponse<?> response) {
        return response.headers().firstValue("ETag").orElseThrow();
    }

    private static HttpResponse<byte[]> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return CLIENT.send(request.build(), BodyHandlers.ofByteArray());
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
                .timeout(Duration.ofSeconds(20));
    }
}
