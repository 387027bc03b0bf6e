package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Uses a simulated host of 700 MB. */
@Timeout(60)
class HostMemoryBudgetTest {
    private static final long MEGABYTE = 1_000_000;
    private static final Duration LONG = Duration.ofSeconds(50);

    private final SimulatedMemory host = new SimulatedMemory(700 * MEGABYTE);
    private final AtomicInteger reclaims = new AtomicInteger();
    private final CountDownLatch reclaiming = new CountDownLatch(1);
    private final CountDownLatch reclaimed = new CountDownLatch(1);
    private final HostMemoryBudget budget = new HostMemoryBudget(host, () -> {
        reclaims.incrementAndGet();
        reclaiming.countDown();
        await(reclaimed);
        host.emptyCache();
    });

    @Test
    void reservesAvailableMemoryWithoutReclaiming() {
        reserve(700).close();
        reserve(700).close();

        assertThat(reclaims).hasValue(0);
    }

    @Test
    void rejectsTooMuchMemoryWithFigures() {
        reclaimed.countDown();
        host.allocate(450 * MEGABYTE);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> reserve(410))
                .withMessageMatching(
                        "This fusion needs about 410 MB more and 2[45]\\d MB are left of 700 MB; ask for a smaller"
                                + " resolution, send smaller pictures or raise the limit\\.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    }

    @Test
    void reclaimsBeforeRejecting() {
        reclaimed.countDown();
        host.free(host.allocate(600 * MEGABYTE));
        assertThat(host.free()).isLessThan(200 * MEGABYTE);

        reserve(600).close();

        assertThat(reclaims).hasValue(1);
    }

    /** It is unknown how much of a reservation is already allocated. */
    @Test
    void countsReservationsInFull() {
        reclaimed.countDown();
        HostMemoryBudget.Reservation first = reserve(400);
        Object block = host.allocate(300 * MEGABYTE);
        assertThat(block).isNotNull();
        reserve(200).close();
        assertThat(budget.tryReserve(310 * MEGABYTE)).isNull();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> budget.reserve("This fusion", 310 * MEGABYTE, Duration.ZERO, () -> false))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .withMessage("This fusion needs about 310 MB more and 300 MB are left of 700 MB while other requests"
                        + " hold memory; try again in a second.");

        first.close();
        first.close();

        reserve(310).close();
    }

    @Test
    void reservationSucceedsWhenAnotherIsClosedWhileItWaits() throws Exception {
        reclaimed.countDown();
        HostMemoryBudget.Reservation first = reserve(400);
        CountDownLatch waiting = new CountDownLatch(2); // The second call follows a reclaim that did not free enough.
        CompletableFuture<HostMemoryBudget.Reservation> second =
                CompletableFuture.supplyAsync(() -> budget.reserve("This fusion", 400 * MEGABYTE, LONG, () -> {
                    waiting.countDown();
                    return false;
                }));
        await(waiting);
        assertThat(second).isNotDone();

        first.close();

        second.get(40, TimeUnit.SECONDS).close();
    }

    /** A garbage collection takes time, and other requests must not wait for it. */
    @Test
    void othersReserveAndCloseWhileOneReclaims() throws Exception {
        HostMemoryBudget.Reservation first = reserve(400);
        CompletableFuture<HostMemoryBudget.Reservation> second = CompletableFuture.supplyAsync(() -> reserve(400));
        await(reclaiming);

        HostMemoryBudget.Reservation small = budget.tryReserve(100 * MEGABYTE);
        assertThat(small).isNotNull();
        small.close();
        first.close();
        assertThat(second).isNotDone();
        reclaimed.countDown();

        second.get(40, TimeUnit.SECONDS).close();
    }

    @Test
    void reclaimsTheMemoryOfAFinishedFusion() throws Exception {
        reclaimed.countDown();
        HostMemoryBudget.Reservation first = reserve(400);
        SimulatedMemory.Block block = host.allocate(400 * MEGABYTE);
        CountDownLatch waiting = new CountDownLatch(2);
        CompletableFuture<HostMemoryBudget.Reservation> second =
                CompletableFuture.supplyAsync(() -> budget.reserve("This fusion", 400 * MEGABYTE, LONG, () -> {
                    waiting.countDown();
                    return false;
                }));
        await(waiting);

        host.free(block);
        first.close();

        second.get(40, TimeUnit.SECONDS).close();
        assertThat(reclaims).hasValueGreaterThan(1);
    }

    @Test
    void waitEndsWhenTheCallerDisconnects() {
        reclaimed.countDown();
        HostMemoryBudget.Reservation first = reserve(400);
        AtomicBoolean disconnected = new AtomicBoolean();

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(
                        () -> budget.reserve("This fusion", 400 * MEGABYTE, LONG, () -> disconnected.getAndSet(true)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));

        first.close();
        reserve(700).close();
    }

    @Test
    void waitEndsWhenTheThreadIsInterrupted() {
        reclaimed.countDown();
        HostMemoryBudget.Reservation first = reserve(400);

        Thread.currentThread().interrupt();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> reserve(400))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(Thread.interrupted()).isTrue();

        first.close();
    }

    @Test
    void rejectsLoadingIfMemoryIsShort() {
        HostMemoryBudget.requireForLoading(host, 700 * MEGABYTE);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> HostMemoryBudget.requireForLoading(host, 701 * MEGABYTE))
                .withMessage("Loading takes about 701 MB and 700 MB are left of 700 MB; raise the limit.");
    }

    private HostMemoryBudget.Reservation reserve(long megabytes) {
        return budget.reserve("This fusion", megabytes * MEGABYTE, LONG, () -> false);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(40, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // The budget handles it.
        }
    }
}
