package dev.facefuse.engine.memory;

import dev.facefuse.engine.memory.Footprint.Part;
import dev.facefuse.engine.memory.Footprint.Role;
import dev.facefuse.engine.memory.SimulatedMemory.Block;
import dev.facefuse.nativelib.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Networks that compute nothing and take, on a simulated card, what their footprint says. */
final class SimulatedNetworks {
    private static final int TENSORS_A_PART = 5;

    private final SimulatedMemory memory;
    private final List<Role> roles;
    private final BooleanSupplier hostFails;
    private int rests;

    /**
     * Networks on a card.
     *
     * @param hostFails whether a part that runs on the host fails for want of memory; asked each time
     */
    SimulatedNetworks(SimulatedMemory memory, List<Role> roles, BooleanSupplier hostFails) {
        this.memory = memory;
        this.roles = roles;
        this.hostFails = hostFails;
    }

    /** A network of equal parts. */
    static Role role(String name, int parts, long weightBytes, long activationBytes) {
        List<Part> list = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            list.add(new Part(weightBytes, activationBytes));
        }
        return new Role(name, 1, list);
    }

    /** For a governor. */
    List<Governor.Network<Module>> networks() {
        return roles.stream()
                .map(role -> new Governor.Network<Module>(
                        role,
                        role.parts().stream()
                                .map(part -> new SimulatedWeights(part))
                                .toList()))
                .toList();
    }

    /** How often a part on the host was told to rest. */
    int rests() {
        return rests;
    }

    /** Runs all parts of a network, each with its activations; returns in how many places they ran. */
    List<String> run(Governor<Module> governor, int network) {
        Role role = roles.get(network);
        return governor.run(network, turn -> {
            List<String> places = new ArrayList<>();
            for (int i = 0; i < role.parts().size(); i++) {
                Part part = role.parts().get(i);
                places.add(turn.part(i, module -> module.run(part.activationBytes())));
            }
            return places;
        });
    }

    /** A part, somewhere. */
    final class Module {
        private final List<Block> weights = new ArrayList<>();
        private final boolean onDevice;

        private Module(boolean onDevice) {
            this.onDevice = onDevice;
        }

        private String run(long activationBytes) {
            if (!onDevice) {
                if (hostFails.getAsBoolean()) {
                    throw NativeException.outOfMemory("Simulated: the host has no more memory");
                }
                return "host";
            }
            List<Block> activations = new ArrayList<>();
            try {
                take(activationBytes, activations);
                return "device";
            } finally {
                activations.forEach(memory::free);
            }
        }
    }

    /** In some tensors of unlike sizes, the largest first. */
    private void take(long bytes, List<Block> blocks) {
        long left = bytes;
        for (int i = 1; i < TENSORS_A_PART && left > 1; i++) {
            blocks.add(memory.allocate(left / 2));
            left -= left / 2;
        }
        blocks.add(memory.allocate(left));
    }

    private final class SimulatedWeights implements Weights<Module> {
        private final Part part;

        private SimulatedWeights(Part part) {
            this.part = part;
        }

        @Override
        public Module onHost() {
            return new Module(false);
        }

        @Override
        public Module copyToDevice() {
            Module module = new Module(true);
            try {
                take(part.weightBytes(), module.weights);
                return module;
            } catch (NativeException e) {
                drop(module);
                throw e;
            }
        }

        @Override
        public void drop(Module copy) {
            copy.weights.forEach(memory::free);
            copy.weights.clear();
        }

        @Override
        public void rest() {
            rests++;
        }
    }
}
