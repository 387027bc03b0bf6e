package dev.facefuse.function.lambda;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.facefuse.function.Await;
import dev.facefuse.function.FreePort;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** AWS's own emulator of Lambda, around the packaged jar as an image has it: apart, with the runtime interface client. */
final class Emulator implements AutoCloseable {
    private static final String NAME = "aws-lambda-rie";
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";
    private static final String HANDLER =
            "org.springframework.cloud.function.adapter.aws.FunctionInvoker::handleRequest";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final URI invocations;
    private final List<String> log = new ArrayList<>();

    private Emulator(Process process, int port) {
        this.process = process;
        this.invocations = URI.create("http://127.0.0.1:" + port + "/2015-03-31/functions/function/invocations");
    }

    /** Skips the test on a machine without the emulator. */
    static void require() {
        assumeTrue(
                binary().isPresent(),
                NAME + " is not on the path; `go install github.com/aws/aws-lambda-runtime-interface-emulator/cmd/"
                        + NAME + "@latest` makes it");
    }

    private static Optional<Path> binary() {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                .map(folder -> Path.of(folder, NAME))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Takes the jar apart into a folder. */
    static Path apart(Path folder) throws IOException, InterruptedException {
        Path application = folder.resolve("application");
        Process process = new ProcessBuilder(
                        java(),
                        "-Djarmode=tools",
                        "-jar",
                        System.getProperty("packaged.jar"),
                        "extract",
                        "--destination",
                        application.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("extract.log").toFile())
                .start();
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IllegalStateException("The jar does not come apart");
        }
        return application;
    }

    /** Starts it; the function starts with the first invocation, as the emulator does it. */
    static Emulator start(Path application, String definition, Map<String, String> environment) throws Exception {
        int port = FreePort.find();
        ProcessBuilder builder = new ProcessBuilder(
                        binary().orElseThrow().toString(),
                        "--runtime-interface-emulator-address",
                        "127.0.0.1:" + port,
                        "--runtime-api-address",
                        "127.0.0.1:" + FreePort.find(),
                        java(),
                        "-Xmx512m",
                        "-cp",
                        application.resolve("facefuse.jar") + File.pathSeparator + application.resolve("lib/*"),
                        CLIENT,
                        HANDLER)
                .redirectErrorStream(true);
        builder.environment()
                .putAll(Map.of(
                        "MAIN_CLASS",
                        LambdaConfiguration.class.getName(),
                        "SPRING_CLOUD_FUNCTION_DEFINITION",
                        definition,
                        "AWS_REGION",
                        "eu-central-1"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        Emulator emulator = new Emulator(process, port);
        Thread reader = new Thread(emulator::read, "emulator-log");
        reader.setDaemon(true);
        reader.start();
        Await.until("the emulator", () -> emulator.listens(port));
        return emulator;
    }

    /** Invokes the function. Returns its response, or Lambda's {@code {"errorMessage": …}} if it throws. */
    String invoke(byte[] event) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(invocations)
                                .timeout(PATIENCE)
                                .POST(BodyPublishers.ofByteArray(event))
                                .build(),
                        BodyHandlers.ofString(StandardCharsets.UTF_8));
        return response.body();
    }

    /** All log lines of emulator and function so far. */
    List<String> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (log) {
                    log.add(line);
                }
            }
        } catch (IOException e) {
            // The process was ended in the middle of a line.
        }
    }

    private boolean listens(int port) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("The emulator has ended: " + log());
        }
        try {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        } catch (ConnectException e) {
            return false;
        }
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
