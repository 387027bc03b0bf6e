package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.nativelib.AllocationTracker;
import dev.facefuse.nativelib.Device;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.junit.jupiter.api.Test;

/** Every stage of a fusion fails once, before it runs and after it ran; no native object outlives the failure. */
class FailingStagesTest {
    @Test
    void aFailingStageLeavesNoNativeObject() {
        FuseRequest request = request();
        try (FuseEngine engine = FuseEngine.open(EngineSettings.DEFAULT)) {
            List<String> stages = new ArrayList<>();
            engine.fuse(request, (stage, index, count) -> stages.add(stage));
            assertThat(stages).hasSizeGreaterThan(10);
            for (String stage : stages) {
                assertNothingStays(engine, request, new Failing(stage, false));
                assertNothingStays(engine, request, new Failing(stage, true));
            }
        }
    }

    private static void assertNothingStays(FuseEngine engine, FuseRequest request, Failing failing) {
        long objects = Pointer.totalCount();
        long tensors = AllocationTracker.live(Device.CPU).tensors();
        assertThatThrownBy(() -> engine.fuse(request, failing))
                .as("%s", failing)
                .isInstanceOf(Injected.class);
        assertThat(Pointer.totalCount()).as("native objects after %s", failing).isLessThanOrEqualTo(objects);
        assertThat(AllocationTracker.live(Device.CPU).tensors()).isEqualTo(tensors);
    }

    private static FuseRequest request() {
        try (Mat astronaut = Samples.astronaut();
                Mat small = Samples.scaled(astronaut, 0.5)) {
            byte[] picture = Samples.encoded(small, PictureFormat.PNG);
            return new FuseRequest(picture, picture, FuseOptions.DEFAULT);
        }
    }

    private static final class Injected extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private record Failing(String failingStage, boolean afterwards) implements ProgressListener {
        @Override
        public void onStage(String stage, int index, int count) {
            if (!afterwards && stage.equals(failingStage)) {
                throw new Injected();
            }
        }

        @Override
        public void onStageDone(Report.Stage stage) {
            if (afterwards && stage.name().equals(failingStage)) {
                throw new Injected();
            }
        }
    }
}
