package dev.facefuse.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** The threads that run the work. */
class FusionExecutorThreadsTest {

    @Test
    void worksOnItsOwnThreadsOnly() {
        try (FusionExecutor executor = executor(2)) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                names.add(run(executor, () -> Thread.currentThread().getName()));
            }
            assertThat(names).isSubsetOf("facefuse-1", "facefuse-2");
        }
    }

    @Test
    void throwsWhatTheWorkThrows() {
        try (FusionExecutor executor = executor(1)) {
            assertThatThrownBy(() -> run(executor, () -> {
                        throw new IllegalArgumentException("why");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("why");
            assertThatThrownBy(() -> run(executor, () -> {
                        throw new OutOfMemoryError("heap");
                    }))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void waitsForTheWorkEvenIfInterrupted() {
        try (FusionExecutor executor = executor(1)) {
            CountDownLatch reached = new CountDownLatch(1);
            Thread caller = Thread.currentThread();
            String result = run(executor, () -> {
                caller.interrupt();
                reached.countDown();
                return "done";
            });
            assertThat(result).isEqualTo("done");
            assertThat(reached.getCount()).isZero();
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void refusesWhenClosed() {
        FusionExecutor executor = executor(1);
        executor.close();
        assertThatThrownBy(() -> run(executor, () -> "never"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The engine is closed");
    }

    private static FusionExecutor executor(int permits) {
        return new FusionExecutor(new AdmissionSettings(permits, 0, Duration.ZERO));
    }

    private static <T> T run(FusionExecutor executor, Supplier<T> work) {
        return executor.run(work, () -> false, Map.of());
    }
}
