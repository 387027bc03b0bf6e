package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class FusionThreadsTest {

    @Test
    void worksOnItsOwnThreadsOnly() {
        try (FusionThreads threads = new FusionThreads(2)) {
            Set<String> names = new HashSet<>();
            for (int i = 0; i < 10; i++) {
                names.add(threads.run(() -> Thread.currentThread().getName()));
            }
            assertThat(names).isSubsetOf("facefuse-1", "facefuse-2");
        }
    }

    @Test
    void throwsWhatTheWorkThrows() {
        try (FusionThreads threads = new FusionThreads(1)) {
            assertThatThrownBy(() -> threads.run(() -> {
                        throw new IllegalArgumentException("why");
                    }))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("why");
            assertThatThrownBy(() -> threads.run(() -> {
                        throw new OutOfMemoryError("heap");
                    }))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }

    @Test
    void waitsForTheWorkEvenIfInterrupted() {
        try (FusionThreads threads = new FusionThreads(1)) {
            CountDownLatch reached = new CountDownLatch(1);
            Thread caller = Thread.currentThread();
            String result = threads.run(() -> {
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
        FusionThreads threads = new FusionThreads(1);
        threads.close();
        assertThatThrownBy(() -> threads.run(() -> "never"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The engine is closed");
    }
}
