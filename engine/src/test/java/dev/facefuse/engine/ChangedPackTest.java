package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.pack.PackFolder;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pack's files change while an engine uses them. */
class ChangedPackTest {
    private static final FuseRequest REQUEST =
            new FuseRequest(Samples.MONA_LISA, Samples.ASTRONAUT, FuseOptions.DEFAULT);

    @TempDir
    Path directory;

    private FuseEngine engine;

    @BeforeEach
    void open() {
        PackFolder.copyTo(directory);
        engine = FuseEngine.open(EngineSettings.DEFAULT.with(directory.toString(), "cpu"));
    }

    @AfterEach
    void close() {
        engine.close();
    }

    @Test
    void aWriteInPlaceIsRefusedUntilTheBytesAreBack() throws IOException {
        Path embedding = directory.resolve("embedding.pt");
        byte[] bytes = Files.readAllBytes(embedding);
        byte[] before = fuse().picture();

        PackFolder.zeroAThird(embedding);
        assertInvalid(this::fuse, "embedding.pt");
        assertInvalid(() -> engine.faces(Samples.MONA_LISA, 0.5f, RequestContext.NONE), "embedding.pt");

        Files.write(embedding, bytes, StandardOpenOption.WRITE);
        assertThat(fuse().picture()).isEqualTo(before);
    }

    /** The weights are read from the mapping: touching it would kill the process. */
    @Test
    void aTruncatedFileIsRefusedBeforeItIsTouched() throws IOException {
        fuse();
        PackFolder.truncate(directory.resolve("detector.pt"));
        assertInvalid(this::fuse, "detector.pt");
    }

    @Test
    void aResultWhoseWeightsChangedMeanwhileIsRefused() {
        Path embedding = directory.resolve("embedding.pt");
        assertInvalid(
                () -> engine.fuse(REQUEST, (stage, index, count) -> {
                    if (stage.equals("embed")) {
                        zeroAThird(embedding);
                    }
                }),
                "embedding.pt");
    }

    private static void zeroAThird(Path file) {
        try {
            PackFolder.zeroAThird(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private FuseResult fuse() {
        return engine.fuse(REQUEST);
    }

    private static void assertInvalid(ThrowingCallable call, String file) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(call)
                .withMessageContainingAll(file, "changed after it was verified", "restart facefuse")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID));
    }
}
