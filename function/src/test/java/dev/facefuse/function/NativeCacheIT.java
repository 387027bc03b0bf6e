package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The packaged jar and the folder with its native libraries. */
@Timeout(240)
class NativeCacheIT {
    private static final String CACHE = "FACEFUSE_NATIVE_CACHE";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @TempDir
    Path folder;

    @Test
    void aRunningProcessDoesNotNeedTheFolder() throws Exception {
        Path cache = folder.resolve("cache");
        Map<String, String> environment = Map.of(CACHE, cache.toString());
        try (JarProcess server = JarProcess.start(folder.resolve("log"), environment, List.of(), "serve")) {
            String root = "http://localhost:" + server.port();
            assertThat(cache).isNotEmptyDirectory();
            delete(cache);
            for (String format : new String[] {"jpg", "png", "webp", "bmp", "tiff"}) {
                assertThat(fuse(root, format).statusCode()).as(format).isEqualTo(200);
            }
            assertThat(get(root + "/actuator/health/readiness")).isEqualTo(200);
            assertThat(get(root + "/actuator/prometheus")).isEqualTo(200);
            assertThat(cache).doesNotExist();
        }
    }

    @Test
    void aFolderThatCannotBeUsedIsNamed() throws Exception {
        for (String options : List.of("size=8m", "size=8m,noexec", "size=8m,ro")) {
            Path mounted = Files.createDirectory(folder.resolve(options.replace(',', '-')));
            assumeTrue(execute("mount", "-t", "tmpfs", "-o", options, "facefuse-test", mounted.toString()) == 0);
            try {
                for (String command : List.of("doctor", "serve")) {
                    Process process = process(command, mounted);
                    String said = text(process.getInputStream());
                    assertThat(process.waitFor()).as(said).isEqualTo(7);
                    assertThat(said.lines().toList())
                            .as("%s, %s", command, options)
                            .singleElement()
                            .asString()
                            .startsWith("facefuse: The native libraries cannot be extracted to " + mounted)
                            .contains("They need", CACHE);
                }
            } finally {
                execute("umount", mounted.toString());
            }
        }
    }

    private static Process process(String command, Path cache) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(JarProcess.command(command)).redirectErrorStream(true);
        builder.environment().put(CACHE, cache.toString());
        return builder.start();
    }

    private static int execute(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        text(process.getInputStream());
        return process.waitFor();
    }

    private static String text(InputStream in) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        in.transferTo(text);
        return text.toString(StandardCharsets.UTF_8);
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static HttpResponse<Void> fuse(String root, String format) throws Exception {
        String body = "{\"template\":" + sample("astronaut.png") + ",\"user\":" + sample("mona-lisa.jpg")
                + ",\"options\":{\"skinSmooth\":0.5,\"contrast\":0.1,\"mark\":\"en\",\"format\":\"" + format + "\"}}";
        HttpRequest request = HttpRequest.newBuilder(URI.create(root + "/fuse"))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.discarding());
    }

    private static String sample(String name) throws IOException {
        return "{\"base64\":\"" + Base64.getEncoder().encodeToString(SamplePictures.read(name)) + "\"}";
    }

    private static int get(String uri) throws Exception {
        return CLIENT.send(HttpRequest.newBuilder(URI.create(uri)).build(), BodyHandlers.discarding())
                .statusCode();
    }
}
