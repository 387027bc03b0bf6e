package dev.facefuse.engine.memory;

import java.time.Duration;

/**
 * Remembers where memory ran out in spite of the plan: the way down is at once, the way up one rung after each hold. A hold is
 * half a minute at first and twice as long after each further fall, up to ten minutes; a success where the last fall was
 * makes it short again. So one bad moment condemns nobody to the host for ever, and a lasting shortage costs a failed attempt
 * only every now and then. Not thread-safe.
 */
final class Ladder {
    static final Duration FIRST_HOLD = Duration.ofSeconds(30);
    static final Duration LONGEST_HOLD = Duration.ofMinutes(10);

    private Plan fellFrom = Plan.RESIDENT;
    private Plan fellTo = Plan.RESIDENT;
    private long fellAtNanos;
    private long nextHoldNanos = FIRST_HOLD.toNanos();
    private long holdNanos = nextHoldNanos;

    /** The fastest plan that may be tried now. */
    Plan fastest(long nowNanos) {
        Plan plan = fellTo;
        for (long rungs = (nowNanos - fellAtNanos) / holdNanos; rungs > 0 && plan != Plan.RESIDENT; rungs--) {
            plan = plan.faster();
        }
        return plan;
    }

    /** Memory ran out at this plan. */
    Plan fall(Plan from, long nowNanos) {
        fellFrom = from;
        fellTo = from.slower();
        fellAtNanos = nowNanos;
        holdNanos = nextHoldNanos;
        nextHoldNanos = Math.min(2 * holdNanos, LONGEST_HOLD.toNanos());
        return fellTo;
    }

    /** A request ran to its end at this plan. */
    void succeed(Plan at) {
        if (fellTo != Plan.RESIDENT && !at.isSlowerThan(fellFrom)) {
            nextHoldNanos = FIRST_HOLD.toNanos();
        }
        if (at == Plan.RESIDENT) {
            fellTo = Plan.RESIDENT;
        }
    }
}
