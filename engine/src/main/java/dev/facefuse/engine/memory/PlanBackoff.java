package dev.facefuse.engine.memory;

import java.time.Duration;

/**
 * Restricts the plan for a while after memory ran out in spite of the plan. Each failure lowers the fastest allowed plan by one level at
 * once. After each hold time it rises by one level. The hold time is 30 seconds at first, doubles with each further failure up to ten
 * minutes, and is reset by a success at the plan that failed last. So one failure does not slow the process down for ever, and a
 * permanent shortage costs only occasional failed attempts. Not thread-safe.
 */
final class PlanBackoff {
    static final Duration FIRST_HOLD = Duration.ofSeconds(30);
    static final Duration LONGEST_HOLD = Duration.ofMinutes(10);

    private Plan failedPlan = Plan.RESIDENT;
    private Plan loweredTo = Plan.RESIDENT;
    private long failedAtNanos;
    private long nextHoldNanos = FIRST_HOLD.toNanos();
    private long holdNanos = nextHoldNanos;

    /** The fastest plan that is allowed now. */
    Plan fastestAllowed(long nowNanos) {
        Plan plan = loweredTo;
        for (long holds = (nowNanos - failedAtNanos) / holdNanos; holds > 0 && plan != Plan.RESIDENT; holds--) {
            plan = plan.faster();
        }
        return plan;
    }

    /** Records that memory ran out at a plan. Returns the next slower plan, which is now the fastest allowed one. */
    Plan degrade(Plan failed, long nowNanos) {
        failedPlan = failed;
        loweredTo = failed.slower();
        failedAtNanos = nowNanos;
        holdNanos = nextHoldNanos;
        nextHoldNanos = Math.min(2 * holdNanos, LONGEST_HOLD.toNanos());
        return loweredTo;
    }

    /** Records that a fusion succeeded at a plan. */
    void recordSuccess(Plan plan) {
        if (loweredTo != Plan.RESIDENT && !plan.isSlowerThan(failedPlan)) {
            nextHoldNanos = FIRST_HOLD.toNanos();
        }
        if (plan == Plan.RESIDENT) {
            loweredTo = Plan.RESIDENT;
        }
    }
}
