package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class BodyLimiterTest {
    private static final long SLOW_BODY_NANOS = TimeUnit.MILLISECONDS.toNanos(BodyLimiter.SLOW_BODY_MILLIS);
    private static final int SLOTS = 3;
    private static final int ADMITTED = 1;

    private final FakeEngine engine = new FakeEngine();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // A clock may pass its largest value.
    private final BodyLimiter limiter = new BodyLimiter(SLOTS, ADMITTED, engine, now::get);

    @Test
    void acceptsAsManyAtOnceAsWillBeServed() {
        BodyLimiter.Slot first = limiter.acquire();

        refuses();
        first.bodyRead();
        limiter.acquire();
        refuses();
    }

    @Test
    void aSlowSenderDoesNotBlockOthers() {
        limiter.acquire();
        now.addAndGet(SLOW_BODY_NANOS - 1);
        refuses();
        now.addAndGet(1);

        limiter.acquire();
        refuses();
    }

    @Test
    void aRequestThatEndsBeforeItsBodyIsReadFreesItsSlot() {
        BodyLimiter.Slot slot = limiter.acquire();
        slot.close();
        slot.bodyRead();
        slot.close();

        limiter.acquire();
        refuses();
    }

    @Test
    void neverHasMoreOpenThanItsSlots() {
        List<BodyLimiter.Slot> held = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            held.add(limiter.acquire());
            held.get(i).bodyRead();
            now.addAndGet(SLOW_BODY_NANOS);
        }

        refuses();
        held.get(1).close();
        limiter.acquire();
        refuses();
    }

    private void refuses() {
        engine.expectedWait = Duration.ofSeconds(6);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(limiter::acquire)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .withMessage("Every place is taken; try again in 6 seconds.");
    }
}
