package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.SampleContext;
import dev.facefuse.engine.step.Step;
import dev.facefuse.nativelib.DeviceMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class StepRunnerTest {
    private final AtomicInteger closed = new AtomicInteger();

    /** A step that leaves an object to the context. */
    private final class Leaves implements Step {
        @Override
        public String name() {
            return "read-template";
        }

        @Override
        public void run(FusionContext context) {
            context.own(closed::incrementAndGet);
        }
    }

    @Test
    void leavesWhatAStepMadeOpen() {
        try (FusionContext context = SampleContext.encoded()) {
            runner(ProgressListener.NONE, step -> {}, new Leaves()).run(context);
            assertThat(closed).hasValue(0);
        }
        assertThat(closed).hasValue(1);
    }

    @Test
    void closesWhatAStepMadeWhenTheGovernorThrows() {
        StepRunner runner = runner(
                ProgressListener.NONE,
                step -> {
                    throw new IllegalStateException("no memory after " + step);
                },
                new Leaves());
        assertThatIllegalStateException()
                .isThrownBy(() -> runAndClose(runner))
                .withMessage("no memory after read-template");
        assertThat(closed).hasValue(1);
    }

    @Test
    void closesWhatAStepMadeWhenTheListenerThrows() {
        StepRunner runner = runner(
                new ProgressListener() {
                    @Override
                    public void onStage(String stage, int index, int count) {}

                    @Override
                    public void onStageDone(Report.Stage stage) {
                        throw new IllegalStateException("nobody is there");
                    }
                },
                step -> {},
                new Leaves());
        assertThatIllegalStateException().isThrownBy(() -> runAndClose(runner)).withMessage("nobody is there");
        assertThat(closed).hasValue(1);
    }

    @Test
    void skipsAStepThatIsNotNeededAndKeepsTheOthersNumbers() {
        Step skipped = new Step() {
            @Override
            public String name() {
                return "enhance";
            }

            @Override
            public boolean isNeeded(FusionContext context) {
                return false;
            }

            @Override
            public void run(FusionContext context) {
                throw new AssertionError("It is not needed");
            }
        };
        List<String> events = new ArrayList<>();
        ProgressListener listener = (name, index, count) -> events.add(name + " " + index + " of " + count);
        StepRunner runner = runner(listener, step -> {}, skipped, new Leaves());
        try (FusionContext context = SampleContext.encoded()) {
            runner.run(context);
        }
        assertThat(events).containsExactly("read-template 1 of 2");
        assertThat(runner.stages()).extracting(Report.Stage::name).containsExactly("read-template");
    }

    private static void runAndClose(StepRunner runner) {
        try (FusionContext context = SampleContext.encoded()) {
            runner.run(context);
        }
    }

    private static StepRunner runner(ProgressListener listener, Consumer<String> done, Step... steps) {
        return new StepRunner(List.of(steps), listener, DeviceMemory.host(0), done);
    }
}
