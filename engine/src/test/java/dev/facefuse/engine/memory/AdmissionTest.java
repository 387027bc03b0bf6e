package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdmissionTest {
    @Test
    void refusesWhenAllPermitsAreTaken() {
        Admission admission = new Admission(2);
        try (Admission.Permit first = admission.enter();
                Admission.Permit second = admission.enter()) {
            assertThat(first).isNotSameAs(second);
            assertBusy(admission);
        }
    }

    @Test
    void admitsAgainWhenAPermitIsGivenBack() {
        Admission admission = new Admission(1);
        for (int i = 0; i < 3; i++) {
            try (Admission.Permit permit = admission.enter()) {
                assertThat(permit).isNotNull();
                assertBusy(admission);
            }
        }
    }

    @Test
    void takesAPermitBackOnlyOnce() {
        Admission admission = new Admission(1);
        Admission.Permit permit = admission.enter();
        permit.close();
        permit.close();
        try (Admission.Permit next = admission.enter()) {
            assertThat(next).isNotNull();
            assertBusy(admission);
        }
    }

    @Test
    void neverHasMoreInsideThanPermits() throws Exception {
        Admission admission = new Admission(3);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(8);
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            done.add(threads.submit(() -> {
                for (int round = 0; round < 2000; round++) {
                    tryToEnter(admission, inside, most);
                }
            }));
        }
        for (Future<?> thread : done) {
            thread.get();
        }
        threads.shutdown();
        assertThat(most.get()).isBetween(1, 3);
        assertThat(inside.get()).isZero();
    }

    private static void tryToEnter(Admission admission, AtomicInteger inside, AtomicInteger most) {
        try (Admission.Permit permit = admission.enter()) {
            assertThat(permit).isNotNull();
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            inside.decrementAndGet();
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void needsAPermit(int permits) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> new Admission(permits))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST))
                .withMessageContaining("permits is " + permits);
    }

    @SuppressWarnings("resource") // Nothing is given out.
    private static void assertBusy(Admission admission) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(admission::enter)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .withMessageContaining("try again");
    }
}
