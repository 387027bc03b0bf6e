package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.web.HttpMediaTypeNotAcceptableException;
import org.springframework.web.server.ResponseStatusException;

class ProblemTest {

    @Test
    void hasTheMembersInTheOrderOfTheRfcThenOurs() {
        assertThat(json(Problem.of(new FuseException(ErrorCode.NO_FACE, "No face was found: Größe."))))
                .isEqualTo("{\"type\":\"urn:facefuse:problem:no-face\",\"title\":\"No face\",\"status\":422,"
                        + "\"detail\":\"No face was found: Größe.\",\"code\":\"no-face\"}");
        Problem busy = Problem.of(FuseException.busy("Every place is taken", Duration.ofSeconds(7)));
        assertThat(json(busy))
                .isEqualTo(
                        "{\"type\":\"urn:facefuse:problem:busy\",\"title\":\"Busy\",\"status\":429,"
                                + "\"detail\":\"Every place is taken; try again in 7 seconds.\",\"code\":\"busy\",\"retryAfterSeconds\":7}");
        assertThat(busy.headers().getFirst(HttpHeaders.RETRY_AFTER)).isEqualTo("7");
    }

    @Test
    void carriesTheHeadersThatBelongToIt() {
        assertThat(Problem.unauthorized().headers().getFirst(HttpHeaders.WWW_AUTHENTICATE))
                .isEqualTo("Bearer realm=\"facefuse\"");
        assertThat(Problem.methodNotAllowed("/fuse", "GET", "POST").headers().getFirst(HttpHeaders.ALLOW))
                .isEqualTo("POST");
        assertThat(Problem.unsupportedEncoding("gzip").headers().getFirst(HttpHeaders.ACCEPT_ENCODING))
                .isEqualTo("identity");
    }

    @Test
    void hidesTheMessageOfADefect() {
        for (Throwable defect : new Throwable[] {
            new IllegalStateException("secret"),
            new IOException("secret"),
            new ResponseStatusException(HttpStatus.INTERNAL_SERVER_ERROR, "secret")
        }) {
            assertThat(Problem.isServerFault(defect)).isTrue();
            assertThat(json(Problem.of(defect))).contains("\"status\":500").doesNotContain("secret");
        }
    }

    @Test
    void recognisesErrorsOfTheClientAndOfTheHeap() {
        assertThat(Problem.of(new HttpMediaTypeNotAcceptableException("")).status())
                .isEqualTo(406);
        assertThat(Problem.of(new ResponseStatusException(HttpStatus.NOT_FOUND)).status())
                .isEqualTo(404);
        assertThat(Problem.isServerFault(new ResponseStatusException(HttpStatus.NOT_FOUND)))
                .isFalse();
        assertThat(json(Problem.of(new OutOfMemoryError("secret")))).contains("\"code\":\"out-of-memory\"");
        assertThat(json(Problem.of(new IllegalStateException(new OutOfMemoryError("secret")))))
                .contains("\"code\":\"out-of-memory\"");
    }

    private static String json(Problem problem) {
        return new String(problem.json(), StandardCharsets.UTF_8);
    }
}
