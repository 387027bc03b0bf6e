package dev.facefuse.engine.memory;

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

/** No sleeps: a clock that tests move, and the question whether somebody is gone as the sign that somebody waits. */
@Timeout(60)
@SuppressWarnings("resource") // Permits are held and given back by hand here.
class AdmissionTest {
    private static final Duration MAX_WAIT = Duration.ofMinutes(30);

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Clock clock = new Clock();

    @AfterEach
    void end() {
        threads.shutdownNow();
    }

    @Test
    void refusesWhenAllPermitsAreTaken() {
        Admission admission = new Admission(new AdmissionSettings(2, 0, Duration.ZERO));
        try (Admission.Permit first = admission.enter();
                Admission.Permit second = admission.enter()) {
            assertThat(first).isNotSameAs(second);
            assertThat(refused(admission))
                    .hasMessage("All 2 fusions that run at a time are under way; try again in a second.");
        }
    }

    @Test
    void admitsAgainWhenAPermitIsGivenBack() {
        Admission admission = new Admission(AdmissionSettings.DEFAULT);
        for (int i = 0; i < 3; i++) {
            try (Admission.Permit permit = admission.enter()) {
                assertThat(permit).isNotNull();
                assertThat(refused(admission)).hasMessage("Another fusion is under way; try again in a second.");
            }
        }
    }

    @Test
    void saysBeforehandThatItIsFullAndTakesNothing() {
        Admission admission = new Admission(AdmissionSettings.DEFAULT);
        admission.requireRoom();
        try (Admission.Permit permit = admission.enter()) {
            assertThat(permit).isNotNull();
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(admission::requireRoom)
                    .withMessage("Another fusion is under way; try again in a second.")
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        }
        admission.requireRoom();
    }

    @Test
    void takesAPermitBackOnlyOnce() {
        Admission admission = new Admission(AdmissionSettings.DEFAULT);
        Admission.Permit permit = admission.enter();
        permit.close();
        permit.close();
        try (Admission.Permit next = admission.enter()) {
            permit.close();
            assertThat(next).isNotNull();
            refused(admission);
        }
    }

    @Test
    @SuppressWarnings("try") // A permit works by being held.
    void takesThePermitBackFromABodyThatFails() {
        Admission admission = new Admission(AdmissionSettings.DEFAULT);
        assertThatExceptionOfType(AssertionError.class).isThrownBy(() -> {
            try (Admission.Permit permit = admission.enter()) {
                throw new AssertionError("Broken");
            }
        });
        admission.enter().close();
    }

    @Test
    void refusesWhenTheQueueIsFull() throws Exception {
        Admission admission = new Admission(new AdmissionSettings(1, 2, MAX_WAIT), clock);
        Admission.Permit inside = admission.enter();
        List<Future<?>> waiting = List.of(waitsFor(admission, () -> {}), waitsFor(admission, () -> {}));
        FuseException refused = refused(admission);
        assertThat(refused).hasMessage("Another fusion is under way, with 2 waiting; try again in 3 seconds.");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        inside.close();
        ended(waiting);
        admission.enter().close();
    }

    @Test
    void servesFirstWhoCameFirst() throws Exception {
        Admission admission = new Admission(new AdmissionSettings(1, 20, MAX_WAIT));
        Admission.Permit inside = admission.enter();
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Integer> came = new ArrayList<>();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int number = i;
            came.add(number);
            waiting.add(waitsFor(admission, () -> served.add(number)));
        }
        inside.close();
        ended(waiting);
        assertThat(served).isEqualTo(came);
    }

    @Test
    void nobodyOvertakesWhoWaits() throws Exception {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT));
        Admission.Permit first = admission.enter();
        CountDownLatch turn = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<?> second = waitsFor(admission, () -> {
            turn.countDown();
            await(go);
        });
        first.close(); // From here on the permit is the second's, awake or not.
        Future<?> third = waitsFor(admission, () -> assertThat(go.getCount()).isZero());
        await(turn);
        go.countDown();
        ended(List.of(second, third));
    }

    @Test
    void refusesWhenTheLongestWaitIsOver() {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        Admission.Permit inside = admission.enter();
        FuseException refused = refused(admission, () -> {
            clock.add(MAX_WAIT);
            return false;
        });
        assertThat(refused).hasMessage("No turn came within 1800s; try again in a second.");
        inside.close();
        admission.enter().close();
    }

    @Test
    void waitsNoLongerThanItShould() {
        Admission admission = new Admission(new AdmissionSettings(1, 1, Duration.ofMillis(1)));
        Admission.Permit inside = admission.enter();
        assertThat(refused(admission)).hasMessageStartingWith("No turn came within 0.001s");
        inside.close();
    }

    @Test
    void comesInThoughTheWaitIsOverIfItsTurnCame() {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        Admission.Permit inside = admission.enter();
        admission
                .enter(() -> {
                    inside.close();
                    clock.add(MAX_WAIT);
                    return false;
                })
                .close();
    }

    @Test
    void whoIsGoneGivesItsPlaceBack() {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        Admission.Permit inside = admission.enter();
        assertThat(refused(admission, () -> true)).hasMessageStartingWith("The caller went away");
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> admission.enter(() -> {
                    throw new IllegalStateException("Defect");
                }));
        AtomicInteger asked = new AtomicInteger();
        assertThat(refused(admission, () -> asked.incrementAndGet() == 3))
                .hasMessage("The caller went away before its turn; try again in a second.");
        inside.close();
        admission.enter().close();
    }

    @Test
    void whoIsGoneThoughItsTurnCameHandsItOn() {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT), clock);
        Admission.Permit inside = admission.enter();
        refused(admission, () -> {
            inside.close();
            return true;
        });
        admission.enter().close();
    }

    @Test
    void isNotAskedWhetherItIsGoneIfThereIsNoWait() {
        new Admission(new AdmissionSettings(1, 1, MAX_WAIT)).enter(() -> true).close();
    }

    @Test
    void whoIsInterruptedGivesItsPlaceBack() throws Exception {
        Admission admission = new Admission(new AdmissionSettings(1, 1, MAX_WAIT));
        Admission.Permit inside = admission.enter();
        CountDownLatch waits = new CountDownLatch(1);
        List<Object> outcome = new ArrayList<>();
        Thread thread = new Thread(() -> {
            outcome.add(refused(admission, signalling(waits)).getMessage());
            outcome.add(Thread.currentThread().isInterrupted());
        });
        thread.start();
        await(waits);
        thread.interrupt();
        thread.join();
        assertThat(outcome).containsExactly("The wait for a turn was interrupted; try again in a second.", true);
        Future<?> next = waitsFor(admission, () -> {});
        inside.close();
        ended(List.of(next));
    }

    @Test
    void expectsWhatItMeasured() {
        Admission admission = new Admission(new AdmissionSettings(2, 3, MAX_WAIT), clock);
        assertThat(admission.expectedWait()).isZero();
        for (int seconds : new int[] {4, 8}) {
            try (Admission.Permit permit = admission.enter()) {
                assertThat(permit).isNotNull();
                clock.add(Duration.ofSeconds(seconds));
            }
        }
        assertThat(admission.expectedWait()).isZero();
        Admission.Permit first = admission.enter();
        Admission.Permit second = admission.enter();
        assertThat(admission.expectedWait()).isEqualTo(Duration.ofSeconds(5));
        List<Duration> expected = new ArrayList<>();
        refused(admission, () -> {
            refused(admission, () -> {
                expected.add(admission.expectedWait());
                return true;
            });
            return expected.add(admission.expectedWait());
        });
        assertThat(expected).containsExactly(Duration.ofSeconds(10), Duration.ofMillis(7500));
        first.close();
        first.close();
        second.close();
    }

    /**
     * One thread plays everybody: whoever waits is asked whether it is gone, and what happens meanwhile happens in the answer.
     */
    @Property
    void isAsBeforeAfterAnything(
            @ForAll @IntRange(min = 1, max = 3) int permits,
            @ForAll @IntRange(min = 0, max = 3) int queue,
            @ForAll @Size(max = 60) List<Event> events) {
        Clock time = new Clock();
        Admission admission =
                new Admission(new AdmissionSettings(permits, queue, queue == 0 ? Duration.ZERO : MAX_WAIT), time);
        Deque<Admission.Permit> held = new ArrayDeque<>();
        play(admission, time, new ArrayDeque<>(events), held, 0, permits, queue);
        assertThat(Thread.interrupted()).isFalse();
        held.forEach(Admission.Permit::close);
        held.forEach(Admission.Permit::close);
        List<Admission.Permit> all = new ArrayList<>();
        for (int i = 0; i < permits; i++) {
            all.add(admission.enter());
        }
        assertThat(refused(admission, () -> true)).isNotNull();
        all.forEach(Admission.Permit::close);
        assertThat(admission.expectedWait()).isZero();
    }

    private enum Event {
        ENTER,
        CLOSE,
        CLOSE_TWICE,
        END_OF_WAIT,
        GONE,
        INTERRUPT,
        FAIL
    }

    /** Plays events until they end, or until one of them ends the wait of whoever waits at this depth. */
    private static boolean play(
            Admission admission,
            Clock time,
            Deque<Event> events,
            Deque<Admission.Permit> held,
            int waiting,
            int permits,
            int queue) {
        while (!events.isEmpty()) {
            assertThat(held.size()).isLessThanOrEqualTo(permits);
            // Of those who wait at some depth, some may have had their turn meanwhile.
            assertThat(held.size() + waiting).isLessThanOrEqualTo(permits + queue);
            switch (events.remove()) {
                case ENTER -> {
                    try {
                        held.addLast(admission.enter(
                                () -> play(admission, time, events, held, waiting + 1, permits, queue)));
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
                case GONE -> {
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

    private static void close(Deque<Admission.Permit> held, int times) {
        if (!held.isEmpty()) {
            Admission.Permit permit = held.removeFirst();
            for (int i = 0; i < times; i++) {
                permit.close();
            }
        }
    }

    @Test
    void neverHasMoreInsideThanPermits() throws Exception {
        AdmissionSettings settings = new AdmissionSettings(3, 4, Duration.ofMillis(50));
        Admission admission = new Admission(settings);
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger answers = new AtomicInteger();
        List<Future<?>> done = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            done.add(threads.submit(() -> {
                for (int round = 0; round < 1000; round++) {
                    tryToEnter(admission, inside, most);
                    answers.incrementAndGet();
                }
            }));
        }
        ended(done);
        assertThat(answers.get()).isEqualTo(12_000);
        assertThat(most.get()).isBetween(1, 3);
        assertThat(inside.get()).isZero();
        assertThat(admission.expectedWait()).isZero();
    }

    private static void tryToEnter(Admission admission, AtomicInteger inside, AtomicInteger most) {
        try (Admission.Permit permit = admission.enter()) {
            assertThat(permit).isNotNull();
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            for (int spin = 0; spin < 200; spin++) {
                Thread.onSpinWait();
            }
            inside.decrementAndGet();
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
        }
    }

    /** Comes back when somebody waits in a thread of its own; who then does the work and leaves. */
    private Future<?> waitsFor(Admission admission, Runnable work) {
        CountDownLatch waits = new CountDownLatch(1);
        Future<?> waiting = threads.submit(() -> {
            try (Admission.Permit permit = admission.enter(signalling(waits))) {
                assertThat(permit).isNotNull();
                work.run();
            }
        });
        await(waits);
        return waiting;
    }

    private static BooleanSupplier signalling(CountDownLatch waits) {
        return () -> {
            waits.countDown();
            return false;
        };
    }

    private static FuseException refused(Admission admission) {
        return refused(admission, () -> false);
    }

    private static FuseException refused(Admission admission, BooleanSupplier gone) {
        FuseException refused = catchThrowableOfType(FuseException.class, () -> admission.enter(gone));
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

    /** Stands still unless a test moves it. */
    private static final class Clock implements LongSupplier {
        private volatile long nanos = Long.MAX_VALUE - 1; // As System.nanoTime may be: about to wrap around.

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
