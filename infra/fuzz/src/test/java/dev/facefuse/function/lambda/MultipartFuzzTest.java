package dev.facefuse.function.lambda;

import static dev.facefuse.engine.problem.ErrorCode.BAD_REQUEST;
import static dev.facefuse.engine.problem.ErrorCode.PICTURE_TOO_LARGE;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.http.MultipartBody;
import dev.facefuse.function.http.MultipartInput;
import dev.facefuse.function.http.ProblemException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/** A form is two pictures and options, or it is refused with a sentence. An input is the type, the query and then the body, a line each. */
class MultipartFuzzTest {
    private static final int MOST_PICTURE_BYTES = 1000;
    private static final int MOST_BODY_BYTES = 3000;

    /** Tomcat's buffers, one for each of the parts. */
    private static final long MOST_HEAP_BYTES = 2 << 20;

    private static final FuseJson JSON = new FuseJson(MOST_PICTURE_BYTES);

    @FuzzTest
    void isReadOrRefused(byte[] lines) {
        int type = lineEnd(lines, 0);
        int query = lineEnd(lines, type + 1);
        String contentType = text(lines, 0, type);
        String options = text(lines, type + 1, query);
        byte[] body = Arrays.copyOfRange(lines, Math.min(query + 1, lines.length), lines.length);
        Heap.assertAtMost(MOST_HEAP_BYTES + 64L * lines.length, () -> read(contentType, options, body));
    }

    private static void read(String contentType, String query, byte[] body) {
        try {
            FuseInput input = MultipartInput.read(
                    new MultipartBody(contentType, new ByteArrayInputStream(body), body.length, MOST_BODY_BYTES),
                    query,
                    JSON);
            assertThat(input.template()).isNotNull();
            assertThat(input.user()).isNotNull();
            input.options().toEngine();
        } catch (FuseException e) {
            Refusal.check(e, BAD_REQUEST, PICTURE_TOO_LARGE);
        } catch (ProblemException e) {
            assertThat(e.problem().status()).isEqualTo(413);
            assertThat(body.length).isGreaterThan(MOST_BODY_BYTES);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int lineEnd(byte[] lines, int from) {
        int end = Math.min(from, lines.length);
        while (end < lines.length && lines[end] != '\n') {
            end++;
        }
        return end;
    }

    private static String text(byte[] lines, int from, int to) {
        return new String(lines, Math.min(from, lines.length), Math.max(0, to - from), ISO_8859_1);
    }
}
