package dev.facefuse.engine.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.facefuse.engine.problem.FuseException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** The queue, compared with a model of two lists. */
class FusionExecutorQueueTest {
    /** Each step is a number: an even one adds a caller; an odd one releases the permit of some earlier caller, perhaps once more. */
    @Property
    void keepsItsLimitsAndGrantsInFifoOrder(
            @ForAll @IntRange(min = 1, max = 4) int permits,
            @ForAll @IntRange(min = 0, max = 5) int queue,
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 999) Integer> steps) {
        FusionExecutor executor =
                new FusionExecutor(new AdmissionSettings(permits, queue, Duration.ofSeconds(queue == 0 ? 0 : 1)));
        List<FusionExecutor.Permit> all = new ArrayList<>();
        List<FusionExecutor.Permit> running = new ArrayList<>();
        List<FusionExecutor.Permit> waiting = new ArrayList<>();
        for (int step : steps) {
            if (step % 2 == 0) {
                boolean full = running.size() == permits && waiting.size() == queue;
                assertThat(catchThrowable(executor::checkCapacity) != null).isEqualTo(full);
                FusionExecutor.Permit permit = join(executor);
                assertThat(permit == null).isEqualTo(full);
                if (permit != null) {
                    all.add(permit);
                    (running.size() < permits ? running : waiting).add(permit);
                }
            } else if (!all.isEmpty()) {
                FusionExecutor.Permit permit = all.get(step / 2 % all.size());
                assertThat(executor.release(permit)).isEqualTo(running.contains(permit));
                waiting.remove(permit);
                if (running.remove(permit) && !waiting.isEmpty()) {
                    running.add(waiting.remove(0));
                }
            }
            assertThat(all).allMatch(permit -> permit.isGranted() == running.contains(permit));
            assertThat(executor.occupancy())
                    .isEqualTo(new FusionExecutor.Occupancy(permits, running.size(), queue, waiting.size()));
            assertThat(running.size()).isBetween(0, permits);
            assertThat(waiting.size()).isBetween(0, queue);
        }
        all.forEach(executor::release);
        assertThat(executor.occupancy()).isEqualTo(new FusionExecutor.Occupancy(permits, 0, queue, 0));
    }

    /** Null if the executor rejects the caller. */
    private static FusionExecutor.Permit join(FusionExecutor executor) {
        try {
            return executor.join();
        } catch (FuseException e) {
            return null;
        }
    }
}
