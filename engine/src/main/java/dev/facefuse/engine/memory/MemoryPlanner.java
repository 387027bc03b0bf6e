package dev.facefuse.engine.memory;

import dev.facefuse.engine.problem.ByteFormat;
import java.util.StringJoiner;

/** Chooses the fastest plan that fits the free memory, before anything is allocated. */
public final class MemoryPlanner {
    /** The device memory of a CUDA context, outside the allocator: 0.3 to 0.6 GB, depending on the device and the driver. */
    private static final long CUDA_CONTEXT_BYTES = 450_000_000;

    private final Footprint footprint;

    public MemoryPlanner(Footprint footprint) {
        this.footprint = footprint;
    }

    /**
     * A plan and the reason for it.
     *
     * @param needBytes the predicted peak of the plan on the device
     * @param why the reason in one line, such as {@code resident needs 0.86 GB, 0.61 GB free: staged}
     */
    public record Decision(Plan plan, long needBytes, String why) {}

    /**
     * The fastest plan that would fit a GPU that no other process uses.
     *
     * @param cardBytes the total memory of the GPU
     * @param reserveBytes memory that plans leave free
     */
    public Decision decideForCard(Plan fastest, long cardBytes, long reserveBytes) {
        return decide(fastest, cardBytes - CUDA_CONTEXT_BYTES - reserveBytes);
    }

    /**
     * The number of processes with the settings of this one that fit a GPU; 0 for a plan that does not use a GPU.
     *
     * @param cardBytes the total memory of the GPU
     * @param reserveBytes memory that each process leaves free
     */
    public long replicas(Plan plan, long cardBytes, long reserveBytes) {
        return plan == Plan.HOST ? 0 : cardBytes / (CUDA_CONTEXT_BYTES + reserveBytes + footprint.bytes(plan));
    }

    /**
     * The fastest plan that fits.
     *
     * @param fastest the fastest plan that is allowed
     * @param freeBytes the device memory that the networks may use, including the memory that they hold already
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
