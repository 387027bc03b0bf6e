package dev.facefuse.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Permits and the queue, with a clock that the tests set. A waiting caller checks for cancellation first, so the check tells a test that
 * the caller waits; no test sleeps.
 */
@Timeout(60)
@SuppressWarnings("resource") // These tests close permits by hand.
class FusionExecutorTest {
    private static final Duration MAX_WAIT = Duration.ofMinutes(30);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Clock clock = new Clock();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void refusesWhenAllPermitsAreTaken() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(2, 0, Duration.ZERO));
        try (FusionExecutor.Permit first = acquire(executor);
                FusionExecutor.Permit second = acquire(executor)) {
            assertThat(first).isNotSameAs(second);
            assertThat(refused(executor))
                    .hasMessage("All 2 fusions that run at a time are under way; try again in a second.");
        }
    }

    @Test
    void runsAgainWhenAPermitIsGivenBack() {
        FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT);
        for (int i = 0; i < 3; i++) {
            try (FusionExecutor.Permit permit = acquire(executor)) {
                assertThat(permit).isNotNull();
                assertThat(refused(executor)).hasMessage("Another fusion is under way; try again in a second.");
            }
        }
    }

    @Test
    void checksCapacityWithoutTakingAnything() {
        FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT);
        executor.checkCapacity();
        try (FusionExecutor.Permit permit = acquire(executor)) {
            assertThat(permit).isNotNull();
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(executor::checkCapacity)
                    .withMessage("Another fusion is under way; try again in a second.")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        }
        executor.checkCapacity();
    }

    @Test
    void takesAPermitBackOnlyOnce() {
        FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT);
        FusionExecutor.Permit permit = acquire(executor);
        permit.close();
        permit.close();
        try (FusionExecutor.Permit next = acquire(executor)) {
            permit.close();
            assertThat(next).isNotNull();
            refused(executor);
        }
    }

    @Test
    @SuppressWarnings("try") // A permit works by being held.
    void takesThePermitBackFromWorkThatFails() {
        FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> {
            try (FusionExecutor.Permit permit = acquire(executor)) {
                throw new AssertionError("Broken");
            }
        });
        acquire(executor).close();
    }

    @Test
    void refusesWhenTheQueueIsFull() throws Exception {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 2, MAX_WAIT), clock);
        FusionExecutor.Permit running = acquire(executor);
        List<Future<?>> waiting = List.of(waitsFor(executor, () -> {}), waitsFor(executor, () -> {}));
        FuseException refused = refused(executor);
        assertThat(refused).hasMessage("Another fusion is under way, with 2 waiting; try again in 3 seconds.");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        running.close();
        ended(waiting);
        acquire(executor).close();
    }

    @Test
    void servesCallersInFifoOrder() throws Exception {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 20, MAX_WAIT));
        FusionExecutor.Permit running = acquire(executor);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Integer> came = new ArrayList<>();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            came.add(number);
            waiting.add(waitsFor(executor, () -> served.add(number)));
        }
        running.close();
        ended(waiting);
        assertThat(served).isEqualTo(came);
    }

    @Test
    void aNewCallerDoesNotOvertakeAWaitingOne() throws Exception {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT));
        FusionExecutor.Permit first = acquire(executor);
        CountDownLatch turn = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<?> second = waitsFor(executor, () -> {
            turn.countDown();
            await(go);
        });
        first.close(); // Grants the permit to the second caller, awake or not.
        Future<?> third = waitsFor(executor, () -> assertThat(go.getCount()).isZero());
        await(turn);
        go.countDown();
        ended(List.of(second, third));
    }

    @Test
    void refusesWhenTheLongestWaitIsOver() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        FusionExecutor.Permit running = acquire(executor);
        FuseException refused = refused(executor, () -> {
            clock.add(MAX_WAIT);
            return false;
        });
        assertThat(refused).hasMessage("No turn came within 1800s; try again in a second.");
        running.close();
        acquire(executor).close();
    }

    /** Waits of a nanosecond each: with waits until the next check for cancellation, a tenth of a second, they would take 100 s. */
    @Test
    void waitsNoLongerThanTheRestOfTheLongestWait() {
        Duration maxWait = Duration.ofMillis(1);
        int checksBeforeTheEnd = 1000;
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, maxWait), clock);
        FusionExecutor.Permit running = acquire(executor);
        AtomicInteger checks = new AtomicInteger();
        FuseException refused = refused(executor, () -> {
            int check = checks.incrementAndGet();
            if (check == 1) {
                clock.add(maxWait.minusNanos(1));
            } else if (check == checksBeforeTheEnd) {
                clock.add(Duration.ofNanos(1));
            }
            return false;
        });
        assertThat(refused).hasMessageStartingWith("No turn came within 0.001s");
        assertThat(checks).hasValue(checksBeforeTheEnd);
        running.close();
    }

    @Test
    void runsIfItsPermitWasGrantedAlthoughTheWaitIsOver() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        FusionExecutor.Permit running = acquire(executor);
        executor.acquire(() -> {
                    running.close();
                    clock.add(MAX_WAIT);
                    return false;
                })
                .close();
    }

    @Test
    void aCancelledCallerLeavesTheQueue() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        FusionExecutor.Permit running = acquire(executor);
        assertThat(refused(executor, () -> true)).hasMessageStartingWith("The caller went away");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> executor.acquire(() -> {
                    throw new IllegalStateException("Defect");
                }));
        AtomicInteger asked = new AtomicInteger();
        assertThat(refused(executor, () -> asked.incrementAndGet() == 3))
                .hasMessage("The caller went away before its turn; try again in a second.");
        running.close();
        acquire(executor).close();
    }

    @Test
    void aCallerCancelledAfterTheGrantPassesThePermitOn() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        FusionExecutor.Permit running = acquire(executor);
        refused(executor, () -> {
            running.close();
            return true;
        });
        acquire(executor).close();
    }

    @Test
    void doesNotCheckCancellationIfAPermitIsFree() {
        new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT))
                .acquire(() -> true)
                .close();
    }

    @Test
    void anInterruptedCallerLeavesTheQueue() throws Exception {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(1, 1, MAX_WAIT));
        FusionExecutor.Permit running = acquire(executor);
        CountDownLatch waits = new CountDownLatch(1);
        List<Object> outcome = new ArrayList<>();
        Thread thread = new Thread(() -> {
            outcome.add(refused(executor, signalling(waits)).getMessage());
            outcome.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        await(waits);
        thread.interrupt();
        thread.join();
        assertThat(outcome).containsExactly("The wait for a turn was interrupted; try again in a second.", true);
        Future<?> next = waitsFor(executor, () -> {});
        running.close();
        ended(List.of(next));
    }

    @Test
    void expectsWhatItMeasured() {
        FusionExecutor executor = new FusionExecutor(new AdmissionSettings(2, 3, MAX_WAIT), clock);
        assertThat(executor.expectedWait()).isZero();
        for (int seconds : new int[] {4, 8}) {
            try (FusionExecutor.Permit permit = acquire(executor)) {
                assertThat(permit).isNotNull();
                clock.add(Duration.ofSeconds(seconds));
            }
        }
        assertThat(executor.expectedWait()).isZero();
        FusionExecutor.Permit first = acquire(executor);
        FusionExecutor.Permit second = acquire(executor);
        assertThat(executor.expectedWait()).isEqualTo(Duration.ofSeconds(5));
        List<Duration> expected = new ArrayList<>();
        refused(executor, () -> {
            refused(executor, () -> {
                expected.add(executor.expectedWait());
                return true;
            });
            return expected.add(executor.expectedWait());
        });
        assertThat(expected).containsExactly(Duration.ofSeconds(10), Duration.ofMillis(7500));
        first.close();
        first.close();
        second.close();
    }

    /** One thread plays all callers: the events that happen while a caller waits happen in its check for cancellation. */
    @Property
    void isUnchangedAfterAnySequenceOfEvents(
            @ForAll @IntRange(min = 1, max = 3) int permits,
            @ForAll @IntRange(min = 0, max = 3) int queue,
            @ForAll @Size(max = 60) List<Event> events) {
        Clock time = new Clock();
        FusionExecutor executor =
                new FusionExecutor(new AdmissionSettings(permits, queue, queue == 0 ? Duration.ZERO : MAX_WAIT), time);
        Deque<FusionExecutor.Permit> held = new ArrayDeque<>();
        play(executor, time, new ArrayDeque<>(events), held, 0, permits, queue);
        assertThat(Thread.interrupted()).isFalse();
        held.forEach(FusionExecutor.Permit::close);
        held.forEach(FusionExecutor.Permit::close);
        List<FusionExecutor.Permit> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            all.add(acquire(executor));
        }
        assertThat(refused(executor, () -> true)).isNotNull();
        all.forEach(FusionExecutor.Permit::close);
        assertThat(executor.expectedWait()).isZero();
    }

    private enum Event {
        ACQUIRE,
        CLOSE,
        CLOSE_TWICE,
        END_OF_WAIT,
        CANCEL,
        INTERRUPT,
        FAIL
    }

    /** Plays events until they end, or until one of them ends the wait of the caller at this depth. */
    private static boolean play(
            FusionExecutor executor,
            Clock time,
            Deque<Event> events,
            Deque<FusionExecutor.Permit> held,
            int waiting,
            int permits,
            int queue) {
        while (!events.isEmpty()) {
            assertThat(held.size()).isLessThanOrEqualTo(permits);
            // Some callers that wait at a depth may have got their permit meanwhile.
            assertThat(held.size() + waiting).isLessThanOrEqualTo(permits + queue);
            switch (events.remove()) {
                case ACQUIRE -> {
                    try {
                        held.addLast(executor.acquire(
                                () -> play(executor, time, events, held, waiting + 1, permits, queue)));
                    } catch (FuseException e) {
                        assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
                        assertThat(e.retryAfter()).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                    } catch (IllegalStateException e) {
                        assertThat(e).hasMessage("Played");
                    } finally {
                        Thread.interrupted();
                    }
                }
                case CLOSE -> close(held, 1);
                case CLOSE_TWICE -> close(held, 2);
                case END_OF_WAIT -> {
                    time.add(MAX_WAIT);
                    if (waiting > 0) {
                        return false;
                    }
                }
                case CANCEL -> {
                    if (waiting > 0) {
                        return true;
                    }
                }
                case INTERRUPT -> {
                    if (waiting > 0) {
                        Thread.currentThread().interrupt();
                        return false;
                    }
                }
                case FAIL -> {
                    if (waiting > 0) {
                        throw new IllegalStateException("Played");
                    }
                }
            }
        }
        return true;
    }

    private static void close(Deque<FusionExecutor.Permit> held, int times) {
        if (!held.isEmpty()) {
            FusionExecutor.Permit permit = held.removeFirst();
            for (int i = 0; i < times; i++) {
                permit.close();
            }
        }
    }

    @Test
    void neverRunsMoreThanItsPermits() throws Exception {
        AdmissionSettings settings = new AdmissionSettings(3, 4, Duration.ofMillis(50));
        FusionExecutor executor = new FusionExecutor(settings);
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            done.add(threads.submit(() -> {
                for (int round = 0; round < 1000; round++) {
                    tryToRun(executor, running, most);
                    answers.incrementAndGet();
                }
            }));
        }
        ended(done);
        assertThat(answers.get()).isEqualTo(12_000);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(running.get()).isZero();
        assertThat(executor.expectedWait()).isZero();
    }

    private static void tryToRun(FusionExecutor executor, AtomicInteger running, AtomicInteger most) {
        try (FusionExecutor.Permit permit = acquire(executor)) {
            assertThat(permit).isNotNull();
            most.accumulateAndGet(running.incrementAndGet(), Math::max);
            for (int spin = 0; spin < 200; spin++) {
                Thread.onSpinWait();
            }
            running.decrementAndGet();
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
        }
    }

    /** Returns when a caller in another thread waits; once it has its permit, it does the work and gives the permit back. */
    private Future<?> waitsFor(FusionExecutor executor, Runnable work) {
        CountDownLatch waits = new CountDownLatch(1);
        Future<?> waiting = threads.submit(() -> {
            try (FusionExecutor.Permit permit = executor.acquire(signalling(waits))) {
                assertThat(permit).isNotNull();
                work.run();
            }
        });
        await(waits);
        return waiting;
    }

    private static FusionExecutor.Permit acquire(FusionExecutor executor) {
        return executor.acquire(() -> false);
    }

    private static BooleanSupplier signalling(CountDownLatch waits) {
        return () -> {
            waits.countDown();
            return false;
        };
    }

    private static FuseException refused(FusionExecutor executor) {
        return refused(executor, () -> false);
    }

    private static FuseException refused(FusionExecutor executor, BooleanSupplier gone) {
        FuseException refused = catchThrowableOfType(FuseException.class, () -> executor.acquire(gone));
        assertThat(refused.code()).isEqualTo(ErrorCode.BUSY);
        return refused;
    }

    private static void ended(List<Future<?>> futures) throws Exception {
        for (Future<?> future : futures) {
            future.get();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(20, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Does not advance unless a test advances it. */
    private static final class Clock implements LongSupplier {
        private volatile long nanos = Long.MAX_VALUE - 1; // About to overflow, as System.nanoTime may be.

        @Override
        public long getAsLong() {
            return nanos;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // Moved by one thread.
        void add(Duration duration) {
            nanos += duration.toNanos();
        }
    }
}
