package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sixteen clients send large bodies to the packaged server at the same time. All of them may wait for a fusion, so their bodies are
 * in memory together. The process stays within its memory limit; the test prints its peak.
 */
@Timeout(180)
class ManyClientsMemoryIT {
    private static final long LIMIT_BYTES = 700 << 20;

    /** docs/operations.md: half of what the limit leaves beside the engine. */
    private static final String LARGEST_HEAP = "-Xmx192m";

    private static final int CLIENTS = 16;
    private static final int REQUESTS_PER_CLIENT = 4;

    /** As base64 these are 14 MB, which the server still reads to the end after it has rejected the request. */
    private static final int METADATA_BYTES = 10_000_000;

    private static final int SEGMENT_BYTES = 65_000;
    private static final List<Integer> EXPECTED_STATUSES = List.of(200, 429, 503);

    @TempDir
    Path folder;

    @Test
    void sixteenClientsStayWithinTheMemoryLimit() throws Exception {
        byte[] template = withMetadata(SamplePictures.read("mona-lisa.jpg"));
        byte[] user = SamplePictures.read("astronaut.png");
        Map<String, String> queue =
                Map.of("FACEFUSE_ADMISSION_QUEUE", "" + CLIENTS, "FACEFUSE_ADMISSION_MAXWAIT", "60s");
        try (JarProcess server = JarProcess.start(
                folder.resolve("serve.out"),
                queue,
                List.of(LARGEST_HEAP),
                "serve",
                "--memory-limit",
                Long.toString(LIMIT_BYTES))) {
            URI fuse = URI.create("http://localhost:" + server.port() + "/fuse");
            List<HttpRequest> requests = List.of(form(fuse, template, user), json(fuse, template, user));
            Map<Integer, Integer> statuses = statuses(requests);
            long peak = server.peakResidentBytes();
            print(statuses, peak);
            assertThat(statuses.keySet()).isSubsetOf(EXPECTED_STATUSES).contains(200);
            assertThat(peak).isLessThanOrEqualTo(LIMIT_BYTES);
        }
    }

    /** How often each status was returned. */
    private static Map<Integer, Integer> statuses(List<HttpRequest> requests) throws Exception {
        HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
        try {
            List<Future<List<Integer>>> clients = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                HttpRequest request = requests.get(i % requests.size());
                clients.add(threads.submit(() -> statuses(client, request)));
            }
            Map<Integer, Integer> counts = new TreeMap<>();
            for (Future<List<Integer>> each : clients) {
                each.get().forEach(status -> counts.merge(status, 1, Integer::sum));
            }
            return counts;
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Integer> statuses(HttpClient client, HttpRequest request) throws Exception {
        List<Integer> statuses = new ArrayList<>();
        for (int i = 0; i < REQUESTS_PER_CLIENT; i++) {
            statuses.add(client.send(request, BodyHandlers.discarding()).statusCode());
        }
        return statuses;
    }

    private static HttpRequest form(URI fuse, byte[] template, byte[] user) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "template", template);
        part(body, "user", user);
        body.writeBytes(ascii("--x--\r\n"));
        return request(fuse, "multipart/form-data; boundary=x", body.toByteArray());
    }

    private static void part(ByteArrayOutputStream body, String name, byte[] picture) {
        body.writeBytes(ascii(
                "--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"" + name + "\"\r\n\r\n"));
        body.writeBytes(picture);
        body.writeBytes(ascii("\r\n"));
    }

    private static HttpRequest json(URI fuse, byte[] template, byte[] user) {
        Base64.Encoder base64 = Base64.getEncoder();
        return request(
                fuse,
                "application/json",
                ascii("{\"template\": {\"base64\": \"" + base64.encodeToString(template)
                        + "\"}, \"user\": {\"base64\": \"" + base64.encodeToString(user) + "\"}}"));
    }

    private static HttpRequest request(URI fuse, String contentType, byte[] body) {
        return HttpRequest.newBuilder(fuse)
                .header("Content-Type", contentType)
                .header("Accept", "image/*")
                .POST(BodyPublishers.ofByteArray(body))
                .build();
    }

    /** A JPEG with megabytes of metadata, as some cameras write them. The pixels stay few, so memory goes to bodies. */
    private static byte[] withMetadata(byte[] jpeg) {
        ByteArrayOutputStream longer = new ByteArrayOutputStream();
        longer.write(jpeg, 0, 2);
        for (int written = 0; written < METADATA_BYTES; written += SEGMENT_BYTES) {
            int length = SEGMENT_BYTES + 2;
            longer.writeBytes(new byte[] {(byte) 0xFF, (byte) 0xEF, (byte) (length >> 8), (byte) length});
            longer.writeBytes(new byte[SEGMENT_BYTES]);
        }
        longer.write(jpeg, 2, jpeg.length - 2);
        return longer.toByteArray();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @SuppressWarnings("SystemOut") // Beside the report.
    private static void print(Map<Integer, Integer> statuses, long peak) {
        System.out.printf(
                "16 clients: statuses %s, resident at most %d of %d MiB%n", statuses, peak >> 20, LIMIT_BYTES >> 20);
    }
}
