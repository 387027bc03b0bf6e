package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facefuse.nativelib.DeviceMemory;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StageRecorderTest {
    private static final String STAGE = "read-template";

    private final AtomicInteger closed = new AtomicInteger();
    private final AutoCloseable result = closed::incrementAndGet;

    @Test
    void leavesTheResultOfAStageOpen() {
        assertThat(recorder(ProgressListener.NONE, stage -> {}).run(STAGE, () -> result))
                .isSameAs(result);
        assertThat(closed).hasValue(0);
    }

    @Test
    void closesTheResultWhenTheGovernorThrows() {
        StageRecorder recorder = recorder(ProgressListener.NONE, stage -> {
            throw new IllegalStateException("no memory after " + stage);
        });
        assertThatIllegalStateException()
                .isThrownBy(() -> recorder.run(STAGE, () -> result))
                .withMessage("no memory after " + STAGE);
        assertThat(closed).hasValue(1);
    }

    @Test
    void closesTheResultWhenTheListenerThrows() {
        StageRecorder recorder = recorder(
                new ProgressListener() {
                    @Override
                    public void onStage(String stage, int index, int count) {}

                    @Override
                    public void onStageDone(Report.Stage stage) {
                        throw new IllegalStateException("nobody is there");
                    }
                },
                stage -> {});
        assertThatIllegalStateException()
                .isThrownBy(() -> recorder.run(STAGE, () -> result))
                .withMessage("nobody is there");
        assertThat(closed).hasValue(1);
    }

    private static StageRecorder recorder(ProgressListener listener, Consumer<String> done) {
        return new StageRecorder(List.of(STAGE), listener, DeviceMemory.host(0), done);
    }
}
