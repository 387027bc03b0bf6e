package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.JarProcess.Outcome;
import dev.facefuse.function.storage.S3Server;
import java.awt.image.BufferedImage;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The packaged jar as its own process, with the real engine: what a user gets. */
@Timeout(120)
class JarIT {
    private static final String MODELS = "/dev/facefuse/models/";
    private static final int SIGTERM_EXIT_CODE = 128 + 15;

    @TempDir
    Path folder;

    private Path monaLisa;
    private Path astronaut;

    @BeforeEach
    void samples() throws IOException {
        Path inputs = Files.createDirectory(folder.resolve("in"));
        monaLisa = Files.write(inputs.resolve("mona-lisa.jpg"), resource("samples/mona-lisa.jpg"));
        astronaut = Files.write(inputs.resolve("astronaut.png"), resource("samples/astronaut.png"));
    }

    @Test
    void demoWritesItsPicturesAndReport() throws Exception {
        Path out = folder.resolve("out/demo");
        Outcome demo = run("demo", "--out", out.toString());
        assertThat(demo.exitCode()).as(demo.err()).isZero();
        assertThat(demo.err()).isEmpty();
        assertThat(demo.out().lines()).hasSize(3).allMatch(line -> line.startsWith(out.toString()));
        assertThat(names(out))
                .containsExactlyInAnyOrder(
                        "mona-lisa-with-astronaut.jpg",
                        "astronaut-with-mona-lisa.png",
                        "side-by-side.jpg",
                        "report.json");
        JsonNode reports = JsonMapper.shared().readTree(Files.readString(out.resolve("report.json")));
        assertThat(reports.propertyNames())
                .containsExactly("mona-lisa-with-astronaut.jpg", "astronaut-with-mona-lisa.png");
        for (String name : reports.propertyNames()) {
            BufferedImage picture = ImageIO.read(out.resolve(name).toFile());
            JsonNode output = reports.get(name).get("output");
            assertThat(picture.getWidth()).isEqualTo(output.get("width").asInt());
            assertThat(picture.getHeight()).isEqualTo(output.get("height").asInt());
            saysThatItIsFused(Files.readAllBytes(out.resolve(name)));
        }
        saysThatItIsFused(Files.readAllBytes(out.resolve("side-by-side.jpg")));
    }

    @Test
    void fuseWritesThePictureAndItsReport() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out"));
        Outcome fuse = fuse(
                monaLisa,
                astronaut,
                "--resolution",
                "512",
                "--report",
                out.resolve("r.json").toString());
        assertThat(fuse.exitCode()).as(fuse.err()).isZero();
        assertThat(fuse.err()).isEmpty();
        assertThat(names(out)).containsExactlyInAnyOrder("o.jpg", "r.json");
        BufferedImage picture = ImageIO.read(out.resolve("o.jpg").toFile());
        assertThat(Math.max(picture.getWidth(), picture.getHeight())).isEqualTo(512);
        saysThatItIsFused(Files.readAllBytes(out.resolve("o.jpg")));
    }

    @Test
    void bucketsAreReadAndWritten() throws Exception {
        try (S3Server server = new S3Server("photos")) {
            server.put("photos", "me.png", Files.readAllBytes(astronaut));
            Map<String, String> environment = Map.of(
                    "AWS_ENDPOINT_URL_S3", server.endpoint().toString(),
                    "AWS_ACCESS_KEY_ID", S3Server.KEY,
                    "AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
            String[] arguments = {
                "fuse",
                "--template",
                monaLisa.toString(),
                "--user",
                "s3://photos/me.png",
                "--out",
                "s3://photos/fused.png"
            };
            Outcome fuse = run(environment, arguments);
            assertThat(fuse.exitCode()).as(fuse.err()).isZero();
            assertThat(fuse.err()).isEmpty();
            assertThat(server.get("photos", "fused.png")).startsWith(0x89, 'P', 'N', 'G');
            arguments[4] = "s3://photos/nobody.png";
            refused(run(environment, arguments), 6);
        }
    }

    @Test
    void badPicturesAreNamedAndLeaveNothing() throws Exception {
        Path out = Files.createDirectory(folder.resolve("out"));
        byte[] whole = Files.readAllBytes(monaLisa);
        Path in = monaLisa.getParent();
        Path truncated = Files.write(in.resolve("truncated.jpg"), Arrays.copyOf(whole, whole.length / 3));
        Path empty = Files.createFile(in.resolve("empty.jpg"));
        Path text = Files.writeString(in.resolve("text.jpg"), "This is not a picture.");
        Path faceless = in.resolve("faceless.png");
        ImageIO.write(new BufferedImage(300, 300, BufferedImage.TYPE_INT_RGB), "png", faceless.toFile());
        for (Path bad : List.of(truncated, empty, text, faceless)) {
            refused(fuse(monaLisa, bad), 3);
        }
        refused(fuse(monaLisa, astronaut, "--template-face", "7"), 3);
        refused(fuse(monaLisa, in.resolve("missing.jpg")), 6);
        refused(fuse(monaLisa, in), 6);
        refused(fuse(monaLisa, astronaut, "--blend", "2"), 2);
        assertThat(names(out)).isEmpty();
    }

    @Test
    void aTamperedPackIsRefused() throws Exception {
        Files.createDirectory(folder.resolve("out"));
        Path pack = Files.createDirectory(folder.resolve("pack"));
        JsonNode manifest = JsonMapper.shared().readTree(resource("mesh/pack.json"));
        List<String> files = new ArrayList<>(List.of("pack.json"));
        manifest.findValues("file").forEach(file -> files.add(file.asString()));
        for (String file : files) {
            Files.write(pack.resolve(file), resource("mesh/" + file));
        }
        Outcome whole = run("pack", "verify", pack.toString());
        assertThat(whole.exitCode()).as(whole.err()).isZero();
        Path victim = pack.resolve(files.get(1));
        byte[] bytes = Files.readAllBytes(victim);
        bytes[bytes.length / 2] ^= 1;
        Files.write(victim, bytes);
        refused(run("pack", "verify", pack.toString()), 5);
        refused(fuse(monaLisa, astronaut, "--pack", pack.toString()), 5);
        refused(run("serve", "--port", "0", "--pack", pack.toString()), 5);
    }

    @Test
    void doctorSpeaksJson() throws Exception {
        Outcome doctor = run("doctor", "--json");
        assertThat(doctor.exitCode()).as(doctor.err()).isZero();
        JsonNode findings = JsonMapper.shared().readTree(doctor.out());
        assertThat(findings.get("engine").get("libtorch").asString()).matches("\\d+\\.\\d+.*");
        assertThat(findings.get("engine").get("opencv").asString()).matches("\\d+\\.\\d+\\.\\d+");
        assertThat(findings.get("engine").get("roles")).isNotEmpty();
    }

    @Test
    void benchMeasuresBothWorkloads() throws Exception {
        Outcome bench = run("bench", "--rounds", "1", "--warm-up", "0", "--json");
        assertThat(bench.exitCode()).as(bench.err()).isZero();
        JsonNode measured = JsonMapper.shared().readTree(bench.out());
        assertThat(measured.get("workloads")).hasSize(2).allSatisfy(workload -> {
            JsonNode round = workload.get("rounds").get(0);
            assertThat(round.get("millis").asDouble()).isPositive();
            assertThat(round.get("peakBytes").asLong()).isGreaterThan(100_000_000);
            assertThat(workload.get("memory")).isNotEmpty();
        });
        assertThat(measured.get("cards").get(0).get("replicas").asInt()).isPositive();
    }

    @Test
    void mayLoadLibrariesWithoutAWarning() throws IOException {
        try (JarFile jar = new JarFile(System.getProperty("packaged.jar"))) {
            assertThat(jar.getManifest().getMainAttributes().getValue("Enable-Native-Access"))
                    .isEqualTo("ALL-UNNAMED");
        }
    }

    @Test
    void servesAndEndsWhatItBegan() throws Exception {
        List<String> command = JarProcess.command("serve", "--port", "0");
        Path classes = folder.resolve("classes");
        command.add(1, "-Xlog:class+load=info:file=" + classes);
        Process process = new ProcessBuilder(command)
                .redirectError(folder.resolve("serve.err").toFile())
                .start();
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            assertThat(lines.readLine()).contains("Listening on 127.0.0.1: only programs on this machine");
            String line = lines.readLine();
            assertThat(line).as(Files.readString(folder.resolve("serve.err"))).matches(".*listening on port \\d+");
            CompletableFuture<List<String>> logged =
                    CompletableFuture.supplyAsync(() -> lines.lines().toList());
            int port = Integer.parseInt(line.substring(line.lastIndexOf(' ') + 1));
            fusesOverHttp(port);
            byte[] body = json().getBytes(StandardCharsets.US_ASCII);
            try (Socket socket = new Socket("localhost", port)) {
                socket.setSoTimeout(60_000);
                OutputStream out = socket.getOutputStream();
                out.write(head(body.length).getBytes(StandardCharsets.US_ASCII));
                out.flush();
                // The server asks for the body: the request is running. Now the platform wants the process gone.
                InputStream in = socket.getInputStream();
                assertThat(until(in, "\r\n\r\n")).startsWith("HTTP/1.1 100");
                process.destroy();
                out.write(body);
                out.flush();
                assertThat(until(in, "\r\n\r\n")).startsWith("HTTP/1.1 200").contains("image/jpeg");
            }
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(SIGTERM_EXIT_CODE);
            assertThat(logged.get(10, TimeUnit.SECONDS))
                    .noneMatch(rest -> rest.contains("ERROR") || rest.contains("Exception"));
            assertThat(Files.readString(folder.resolve("serve.err"))).isEmpty();
            // Tracing is off.
            assertThat(Files.readString(classes))
                    .contains(" dev.facefuse.function.FuseFunction ")
                    .doesNotContain(" io.opentelemetry.");
        } finally {
            process.destroyForcibly();
        }
    }

    private void fusesOverHttp(int port) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        URI root = URI.create("http://localhost:" + port);
        HttpResponse<String> ready = client.send(
                HttpRequest.newBuilder(root.resolve("/actuator/health/readiness"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(ready.statusCode()).isEqualTo(200);
        HttpResponse<byte[]> response = client.send(
                HttpRequest.newBuilder(root.resolve("/fuse"))
                        .header("Content-Type", "application/json")
                        .header("Accept", "image/png")
                        .POST(BodyPublishers.ofString(json()))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).startsWith(0x89, 'P', 'N', 'G');
        saysThatItIsFused(response.body());
        JsonNode report = JsonMapper.shared()
                .readTree(response.headers().firstValue("Facefuse-Report").orElseThrow());
        assertThat(report.get("faces").get("user").asInt()).isEqualTo(1);
    }

    private static void saysThatItIsFused(byte[] picture) {
        assertThat(new String(picture, StandardCharsets.UTF_8))
                .contains("digitalsourcetype/compositeSynthetic", "{&quot;Label&quot;:&quot;1&quot;,");
    }

    private String json() throws IOException {
        Base64.Encoder encoder = Base64.getEncoder();
        return "{\"template\":{\"base64\":\"" + encoder.encodeToString(Files.readAllBytes(monaLisa))
                + "\"},\"user\":{\"base64\":\"" + encoder.encodeToString(Files.readAllBytes(astronaut)) + "\"}}";
    }

    private static String head(int length) {
        return String.join(
                "\r\n",
                "POST /fuse HTTP/1.1",
                "Host: localhost",
                "Content-Type: application/json",
                "Accept: image/jpeg",
                "Content-Length: " + length,
                "Expect: 100-continue",
                "",
                "");
    }

    private static String until(InputStream in, String end) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0; c = in.read()) {
            text.write(c);
            if (text.toString(StandardCharsets.ISO_8859_1).endsWith(end)) {
                break;
            }
        }
        return text.toString(StandardCharsets.ISO_8859_1);
    }

    private Outcome fuse(Path template, Path user, String... more) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "fuse",
                "--template",
                template.toString(),
                "--user",
                user.toString(),
                "--out",
                folder.resolve("out/o.jpg").toString()));
        arguments.addAll(Arrays.asList(more));
        return run(arguments.toArray(String[]::new));
    }

    private Outcome run(String... arguments) throws Exception {
        return run(Map.of(), arguments);
    }

    private Outcome run(Map<String, String> environment, String... arguments) throws Exception {
        return JarProcess.run(folder, environment, arguments);
    }

    private static void refused(Outcome outcome, int exitCode) {
        assertThat(outcome.exitCode()).as(outcome.err()).isEqualTo(exitCode);
        assertThat(outcome.out()).isEmpty();
        assertThat(outcome.err().lines())
                .singleElement()
                .asString()
                .matches("facefuse: .+\\.")
                .doesNotContain("Exception");
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = JarIT.class.getResourceAsStream(MODELS + name)) {
            assertThat(in).as(name).isNotNull();
            return in.readAllBytes();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
