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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.assertj.core.util.Throwables;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server that cannot start says why in a sentence. */
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
        assertThat(said("facefuse.label.implicit", false)).containsOnlyOnce("Labels are off (facefuse.label.implicit)");
        assertThat(said("facefuse.label.implicit", true)).doesNotContain("Labels");
    }

    @Test
    void saysThatAccessIsOpen() {
        assertThat(said("facefuse.access.tokens", "")).containsOnlyOnce("Access is open");
        assertThat(said("facefuse.access.tokens", "0123456789abcdef")).doesNotContain("Access", "0123456789abcdef");
    }

    @ParameterizedTest
    @ValueSource(strings = {"tokens", "tokens-file"})
    void doesNotSayATokenThatWillNotDo(String name) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "open sesame");
        Object value = name.equals("tokens") ? "open sesame" : file;
        assertThatExceptionOfType(RuntimeException.class)
                .isThrownBy(() -> HttpServer.start(settings("facefuse.access." + name, value), new FakeEngine()::open))
                .satisfies(e -> assertThat(Throwables.getStackTrace(e))
                        .contains("must have 16 or more characters", "facefuse.access." + name)
                        .doesNotContain("sesame"));
    }

    private static String said(String name, Object value) {
        PrintStream before = System.out;
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
        try {
            HttpServer.start(Map.of("server.port", 0, name, value), new FakeEngine()::open)
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
