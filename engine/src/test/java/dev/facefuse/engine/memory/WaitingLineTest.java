package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WaitingLineTest {
    /** Each step is a number: an even one joins, an odd one lets somebody who ever joined leave, perhaps once more. */
    @Property
    void neverHasMoreThanItMayAndServesInOrder(
            @ForAll @IntRange(min = 1, max = 4) int permits,
            @ForAll @IntRange(min = 0, max = 5) int queue,
            @ForAll @Size(max = 200) List<@IntRange(min = 0, max = 999) Integer> steps) {
        WaitingLine line = new WaitingLine(permits, queue);
        List<WaitingLine.Place> everybody = new ArrayList<>();
        List<WaitingLine.Place> inside = new ArrayList<>();
        List<WaitingLine.Place> waiting = new ArrayList<>();
        for (int step : steps) {
            if (step % 2 == 0) {
                boolean full = inside.size() == permits && waiting.size() == queue;
                assertThat(line.isFull()).isEqualTo(full);
                WaitingLine.Place place = line.join();
                assertThat(place == null).isEqualTo(full);
                if (place != null) {
                    everybody.add(place);
                    (inside.size() < permits ? inside : waiting).add(place);
                }
            } else if (!everybody.isEmpty()) {
                WaitingLine.Place place = everybody.get(step / 2 % everybody.size());
                assertThat(line.leave(place)).isEqualTo(inside.contains(place));
                waiting.remove(place);
                if (inside.remove(place) && !waiting.isEmpty()) {
                    inside.add(waiting.remove(0));
                }
            }
            assertThat(everybody).allMatch(place -> place.isInside() == inside.contains(place));
            assertThat(line.inside()).isEqualTo(inside.size()).isBetween(0, permits);
            assertThat(line.waiting()).isEqualTo(waiting.size()).isBetween(0, queue);
        }
        everybody.forEach(line::leave);
        assertThat(line.inside()).isZero();
        assertThat(line.waiting()).isZero();
    }
}
