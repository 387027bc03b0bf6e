package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.MemoryReservation;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import org.junit.jupiter.api.Test;

class BodyMemoryTest {
    private static final long HEAP = 1000;

    private final FakeEngine engine = new FakeEngine();
    private final BodyMemory memory = new BodyMemory(engine, HEAP);

    @Test
    void reservesTwiceTheLengthOfTheHostUntilItIsClosed() {
        MemoryReservation reservation = memory.reserve(100);
        assertThat(engine.reservedBytes.get()).isEqualTo(200);
        reservation.close();
        reservation.close();
        assertThat(engine.reservedBytes.get()).isZero();
    }

    @Test
    void keepsWithinHalfOfTheHeap() {
        MemoryReservation first = memory.reserve(100);
        MemoryReservation second = memory.reserve(150);
        assertThatThrownBy(() -> memory.reserve(1)).isInstanceOfSatisfying(FuseException.class, e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.BUSY);
            assertThat(e.retryAfter()).isPositive();
        });
        second.close();
        memory.reserve(150).close();
        first.close();
    }

    @Test
    void acceptsALargerBodyWhileThereIsNoOther() {
        MemoryReservation large = memory.reserve(5000);
        assertThatThrownBy(() -> memory.reserve(1)).isInstanceOf(FuseException.class);
        large.close();
        MemoryReservation small = memory.reserve(1);
        assertThatThrownBy(() -> memory.reserve(5000)).isInstanceOf(FuseException.class);
        small.close();
    }

    @Test
    void reservesNothingIfTheHostHasTooLittle() {
        engine.reservation = new FuseException(ErrorCode.OUT_OF_MEMORY, "None.");
        assertThatThrownBy(() -> memory.reserve(200)).isSameAs(engine.reservation);
        engine.reservation = null;
        memory.reserve(250).close();
        assertThat(engine.reservedBytes.get()).isZero();
    }
}
