package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot start explains why in one sentence. */
class HttpServerStartTest {
    @TempDir
    private Path folder;

    @Test
    void namesThePortThatIsTaken() throws IOException {
        try (ServerSocket taken = new ServerSocket(0)) {
            refuses(
                    "server.port",
                    taken.getLocalPort(),
                    "Port " + taken.getLocalPort() + " is taken; name another with --port or PORT.");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"server.port", "facefuse.limits.bytes", "facefuse.admission.permits"})
    void namesTheInvalidSetting(String name) {
        refuses(name, "abc", name + " is 'abc', which is not understood; see docs/configuration.md for its values.");
    }

    @Test
    void keepsOurOwnMessages() {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> HttpServer.start(settings("facefuse.admission.permits", 0), new FakeEngine()::open))
                .withRootCauseInstanceOf(FuseException.class)
                .havingRootCause()
                .withMessage("admission.permits is 0; it must be between 1 and 64.");
    }

    @Test
    void warnsThatLabelsAreOff() {
        assertThat(said("facefuse.label.implicit", false)).containsOnlyOnce("Labels are off (facefuse.label.implicit)");
        assertThat(said("facefuse.label.implicit", true)).doesNotContain("Labels");
    }

    @Test
    void logsTheAddressAndWhoCanReachIt() {
        assertThat(said("facefuse.pack", "mesh"))
                .containsOnlyOnce("Listening on 127.0.0.1: only programs on this machine can connect; --host or"
                        + " FACEFUSE_HOST changes that.");
        assertThat(said("facefuse.host", "0.0.0.0"))
                .contains(" WARN ")
                .containsOnlyOnce("Listening on 0.0.0.0 without access tokens: everyone who reaches the port can fuse")
                .contains("FACEFUSE_ACCESS_TOKENS");
        assertThat(said("facefuse.access.tokens", "0123456789abcdef"))
                .containsOnlyOnce("Listening on 0.0.0.0: other machines can connect; requests need an access token.")
                .doesNotContain("0123456789abcdef");
        assertThat(said("facefuse.access.tokens", "0123456789abcdef", "facefuse.host", "127.0.0.1"))
                .containsOnlyOnce("Listening on 127.0.0.1: only programs on this machine");
    }

    @ParameterizedTest
    @CsvSource({
        "facefuse.host, nowhere.invalid, facefuse.host is 'nowhere.invalid'",
        "facefuse.access.token, 0123456789abcdef, 'facefuse.access.token' is no setting; did you mean facefuse.access.tokens?",
        "facefuse.http.origins, *, facefuse.http.origins has '*'",
        "facefuse.http.hosts, *, facefuse.http.hosts has '*'",
        "facefuse.access.tokens, '', facefuse.access.tokens is empty",
        "facefuse.access.tokens-file, '', facefuse.access.tokens-file is empty",
        "facefuse.access.tokens-file, /dev/null, facefuse.access.tokens-file has no token"
    })
    void doesNotStartOpenByMistake(String name, String value, String sentence) {
        FakeEngine engine = new FakeEngine();
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> HttpServer.start(settings(name, value), engine::open))
                .satisfies(e -> assertThat(Throwables.getStackTrace(e))
                        .contains(sentence)
                        .doesNotContain("0123456789abcdef"));
    }

    @Test
    void listensOnLoopbackOnlyWithoutTokens() throws IOException {
        InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        try (HttpServer server = HttpServer.start(settings("facefuse.pack", "mesh"), new FakeEngine()::open)) {
            assertThat(isReached(InetAddress.getLoopbackAddress(), server.port()))
                    .isTrue();
            assertThat(isReached(other, server.port())).isFalse();
        }
        for (String[] setting : new String[][] {
            {"facefuse.host", "0.0.0.0"},
            {"facefuse.access.tokens", "0123456789abcdef"},
            {"server.address", "127.0.0.2"}
        }) {
            try (HttpServer server = HttpServer.start(settings(setting[0], setting[1]), new FakeEngine()::open)) {
                assertThat(isReached(other, server.port())).as(setting[0]).isTrue();
            }
        }
    }

    @Test
    void acceptsEveryNameOnAnAddressThatTheOperatorChose() throws IOException {
        try (HttpServer server = HttpServer.start(settings("facefuse.host", "0.0.0.0"), new FakeEngine()::open)) {
            RawHttp http = new RawHttp(server.port());
            assertThat(http.send("GET / HTTP/1.1", "Host: faces.example")).startsWith("HTTP/1.1 200");
            assertThat(http.send("GET / HTTP/1.1", "Host: faces.example", "Origin: https://evil.example"))
                    .startsWith("HTTP/1.1 403");
        }
    }

    /** The address 127.0.0.2 is this machine's too, but the server does not listen on it. */
    private static boolean isReached(InetAddress address, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 5_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens", "tokens-file"})
    void doesNotLogAnInvalidToken(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "open sesame");
        Object value = name.equals("tokens") ? "open sesame" : file;
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> HttpServer.start(settings("facefuse.access." + name, value), new FakeEngine()::open))
                .satisfies(e -> assertThat(Throwables.getStackTrace(e))
                        .contains("must have 16 or more characters", "facefuse.access." + name)
                        .doesNotContain("sesame"));
    }

    private static String said(Object... namesAndValues) {
        Map<String, Object> settings = new HashMap<>(Map.of("server.port", 0));
        for (int i = 0; i < namesAndValues.length; i += 2) {
            settings.put(namesAndValues[i].toString(), namesAndValues[i + 1]);
        }
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            HttpServer.start(settings, new FakeEngine()::open).close();
        } finally {
            System.setOut(before);
        }
        return said.toString(StandardCharsets.UTF_8);
    }

    private static void refuses(String name, Object value, String sentence) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> HttpServer.start(settings(name, value), new FakeEngine()::open))
                .withMessage(sentence)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private static Map<String, Object> settings(String name, Object value) {
        Map<String, Object> settings = new HashMap<>(Map.of("server.port", 0, "logging.level.root", "OFF"));
        settings.put(name, value);
        return settings;
    }
}
