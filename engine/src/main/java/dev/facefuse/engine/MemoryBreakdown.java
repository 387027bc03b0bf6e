package dev.facefuse.engine;

import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.step.Allocation;
import dev.facefuse.engine.step.HostMemoryEstimator.StepMemory;
import dev.facefuse.engine.step.Step;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Explains what takes memory at each step of a fusion: its networks, and on the host pictures and planes too, but not what was
 * resident before. These are estimates; measured figures are in the report.
 *
 * @param roles the pack's networks
 * @param plan the plan of the fusion
 * @param steps the host memory at each step
 */
record MemoryBreakdown(List<Footprint.Role> roles, Plan plan, List<StepMemory> steps) {

    /** An item of a step's memory, {@code weights of mesh}. */
    record Item(String name, long bytes) {}

    /** The largest item of a step; {@code nothing} if there is none. */
    Item largest(String stepName) {
        List<Item> items = new ArrayList<>();
        for (StepMemory memory : steps) {
            if (memory.step().name().equals(stepName)) {
                items.addAll(networks(memory.step()));
                if (plan == Plan.HOST) {
                    items.addAll(allocations(memory));
                }
            }
        }
        return items.stream().max(Comparator.comparingLong(Item::bytes)).orElse(new Item("nothing", 0));
    }

    private List<Item> networks(Step step) {
        List<Item> items = new ArrayList<>();
        if (plan == Plan.RESIDENT) {
            items.add(new Item("weights of all networks", residentBytes()));
        }
        for (Footprint.Role role : roles) {
            if (step.networks().contains(role.name())) {
                items.add(new Item("activations of " + role.name(), role.activationBytes()));
                if (plan == Plan.STAGED || plan == Plan.STREAMED) {
                    items.add(new Item("weights of " + role.name(), role.weightBytes(plan)));
                }
            }
        }
        return items;
    }

    private long residentBytes() {
        return roles.stream().mapToLong(role -> role.weightBytes(Plan.RESIDENT)).sum();
    }

    private static List<Item> allocations(StepMemory memory) {
        return memory.used().stream()
                .filter(allocation -> allocation.kind() != Allocation.Kind.RUNTIME)
                .map(allocation -> new Item(allocation.purpose(), allocation.bytes()))
                .toList();
    }
}
