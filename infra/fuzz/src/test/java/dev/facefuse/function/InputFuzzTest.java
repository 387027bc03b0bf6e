package dev.facefuse.function;

import static dev.facefuse.engine.problem.ErrorCode.BAD_REQUEST;
import static dev.facefuse.engine.problem.ErrorCode.PICTURE_TOO_LARGE;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Heap;
import dev.facefuse.fuzz.Refusal;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** JSON for {@code POST /fuse} is an input that is the same after it has been written, or it is refused with a sentence. */
class InputFuzzTest {
    private static final int MOST_PICTURE_BYTES = 1000;

    /** Jackson's buffers, and what is written. */
    private static final long MOST_HEAP_BYTES = 1 << 20;

    private static final FuseJson JSON = new FuseJson(MOST_PICTURE_BYTES);

    @FuzzTest
    void isReadOrRefused(byte[] body) {
        Heap.assertAtMost(MOST_HEAP_BYTES + 16L * body.length, () -> read(body));
        FuseInput input = read(body);
        if (input == null) {
            return;
        }
        for (FuseInput.Picture picture : new FuseInput.Picture[] {input.template(), input.user()}) {
            assertThat(picture.uri() == null).isNotEqualTo(picture.base64() == null);
            assertThat(picture.base64() == null || picture.base64().length <= MOST_PICTURE_BYTES)
                    .isTrue();
        }
        assertIsRefusedOrMeansSomething(input.options());
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        JSON.write(written, input);
        assertThat(read(written.toByteArray())).usingRecursiveComparison().isEqualTo(input);
    }

    /** A body that is in memory cannot fail to be read. */
    private static FuseInput read(byte[] body) {
        try {
            return JSON.read(new ByteArrayInputStream(body));
        } catch (FuseException e) {
            Refusal.check(e, BAD_REQUEST, PICTURE_TOO_LARGE);
            return null;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void assertIsRefusedOrMeansSomething(FuseOptionsInput options) {
        try {
            assertThat(options.toEngine().blending().ratio()).isBetween(0f, 1f);
        } catch (FuseException e) {
            Refusal.check(e, BAD_REQUEST);
        }
    }
}
