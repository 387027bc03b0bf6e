package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.nativelib.LeakTracker;
import java.util.function.Consumer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** A fusion gives back what it took, at once: nothing waits for the garbage collector. The long run: {@link SoakMain}. */
class MemoryDisciplineTest {
    private static final int FUSIONS = 40;
    private static final int REFUSALS = 12;

    private static byte[] small(PictureFormat format) {
        try (Mat astronaut = Samples.astronaut();
                Mat small = Samples.scaled(astronaut, 0.5)) {
            return Samples.encoded(small, format);
        }
    }

    @Test
    void fusionsLeaveNothingBehind() {
        FuseRequest request = new FuseRequest(small(PictureFormat.PNG), small(PictureFormat.JPEG), FuseOptions.DEFAULT);
        assertNothingStays(FUSIONS, engine -> engine.fuse(request));
    }

    @Test
    void refusalsLeaveNothingBehind() {
        byte[] picture = small(PictureFormat.PNG);
        try (Mat grey = Samples.grey(200, 200)) {
            FuseRequest request = new FuseRequest(picture, Samples.png(grey), FuseOptions.DEFAULT);
            assertNothingStays(REFUSALS, engine -> {
                try {
                    engine.fuse(request);
                } catch (FuseException e) {
                    assertThat(e.code().code()).isEqualTo("no-face");
                }
            });
        }
    }

    /** Memory that fusions leave shows as growth; memory that earlier tests left may be freed meanwhile. */
    private static void assertNothingStays(int times, Consumer<FuseEngine> fusion) {
        try (FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
            for (int i = 0; i < times / 4; i++) {
                fusion.accept(engine);
            }
            long caught = LeakTracker.caught();
            for (int i = 0; i < times; i++) {
                long pointers = Pointer.totalCount();
                long bytes = Pointer.totalBytes();
                fusion.accept(engine);
                assertThat(Pointer.totalCount()).as("native objects").isLessThanOrEqualTo(pointers);
                assertThat(Pointer.totalBytes()).as("their bytes").isLessThanOrEqualTo(bytes);
            }
            assertThat(LeakTracker.caught()).isEqualTo(caught);
        }
    }
}
