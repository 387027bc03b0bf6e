package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ByteFormat;
import java.util.StringJoiner;

/** Takes the fastest plan that fits, before anything is allocated, and says why. */
public final class Planner {
    /** What a CUDA context takes of a card beside the allocator's memory: 0.3 to 0.6 GB, by card and driver. */
    private static final long CUDA_CONTEXT_BYTES = 450_000_000;

    private final Footprint footprint;

    public Planner(Footprint footprint) {
        this.footprint = footprint;
    }

    /**
     * A plan and the reason for it.
     *
     * @param needBytes what the plan will take of the device at most
     * @param why one line: {@code resident needs 0.86 GB, 0.61 GB free: staged}
     */
    public record Decision(Plan plan, long needBytes, String why) {}

    /**
     * The fastest plan that would fit a card with nobody else on it.
     *
     * @param cardBytes all of the card's memory
     * @param reserveBytes of it that plans leave alone
     */
    public Decision decideForCard(Plan fastest, long cardBytes, long reserveBytes) {
        return decide(fastest, cardBytes - CUDA_CONTEXT_BYTES - reserveBytes);
    }

    /**
     * How many processes of this one's settings a card has memory for, with nobody else on it; 0 for a plan that needs no card.
     *
     * @param cardBytes all of the card's memory
     * @param reserveBytes of it that each leaves alone
     */
    public long replicas(Plan plan, long cardBytes, long reserveBytes) {
        return plan == Plan.HOST ? 0 : cardBytes / (CUDA_CONTEXT_BYTES + reserveBytes + footprint.bytes(plan));
    }

    /**
     * The fastest plan that fits.
     *
     * @param fastest the fastest that may be taken
     * @param freeBytes of the device, for the networks; what they hold already counts as free
     */
    public Decision decide(Plan fastest, long freeBytes) {
        if (fastest == Plan.HOST) {
            return new Decision(Plan.HOST, 0, "the networks run on the host");
        }
        StringJoiner needs = new StringJoiner(", ");
        Plan plan = fastest;
        while (true) {
            long need = footprint.bytes(plan);
            if (plan != Plan.HOST) {
                needs.add(
                        needs.length() == 0
                                ? plan.label() + " needs " + ByteFormat.decimal(need)
                                : plan.label() + " " + ByteFormat.decimal(need));
            }
            if (need <= freeBytes || plan == Plan.HOST) {
                String free = ByteFormat.decimal(Math.max(0, freeBytes)) + " free";
                return new Decision(plan, need, needs + ", " + free + ": " + plan.label());
            }
            plan = plan.slower();
        }
    }
}
