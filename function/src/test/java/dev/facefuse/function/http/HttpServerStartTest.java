package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot start says why in a sentence. */
class HttpServerStartTest {

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
    void namesTheSettingThatIsNotUnderstood(String name) {
        refuses(name, "abc", name + " is 'abc', which is not understood; see the README for what it may be.");
    }

    @Test
    void leavesASentenceOfOursAsItIs() {
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> HttpServer.start(settings("facefuse.admission.permits", 0), new FakeEngine()::open))
                .withRootCauseInstanceOf(FuseException.class)
                .havingRootCause()
                .withMessage("admission.permits is 0; it must be between 1 and 64.");
    }

    @Test
    void saysThatLabelsAreOff() {
        assertThat(said(false)).containsOnlyOnce("Labels are off (facefuse.label.implicit)");
        assertThat(said(true)).doesNotContain("Labels");
    }

    private static String said(boolean labels) {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            HttpServer.start(Map.of("server.port", 0, "facefuse.label.implicit", labels), new FakeEngine()::open)
                    .close();
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
