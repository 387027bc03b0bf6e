package dev.facefuse.engine.memory;

import dev.facefuse.engine.memory.Footprint.Part;
import dev.facefuse.engine.memory.Footprint.Role;
import dev.facefuse.engine.memory.SimulatedMemory.Block;
import dev.facefuse.nativelib.NativeException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/** Networks that compute nothing, but allocate their footprint on a simulated device. */
final class SimulatedNetworks {
    private static final int TENSORS_PER_PART = 5;

    private final SimulatedMemory memory;
    private final List<Role> roles;
    private final BooleanSupplier hostFails;
    private int pageReleases;

    /**
     * Creates networks on a device.
     *
     * @param hostFails whether a part that runs on the host is out of memory; called for each run
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

    /** The networks, for a governor. */
    List<MemoryGovernor.GovernedNetwork<Module>> networks() {
        return roles.stream()
                .map(role -> new MemoryGovernor.GovernedNetwork<Module>(
                        role,
                        role.parts().stream()
                                .map(part -> new SimulatedWeights(part))
                                .toList()))
                .toList();
    }

    /** The number of times that the pages of a part on the host were released. */
    int pageReleases() {
        return pageReleases;
    }

    /** Runs all parts of a network and allocates their activations. Returns {@code device} or {@code host} for each part. */
    List<String> run(MemoryGovernor<Module> governor, int network) {
        Role role = roles.get(network);
        return governor.run(network, lease -> {
            List<String> devices = new ArrayList<>();
            for (int i = 0; i < role.parts().size(); i++) {
                Part part = role.parts().get(i);
                devices.add(lease.withPart(i, module -> module.run(part.activationBytes())));
            }
            return devices;
        });
    }

    /** A part on the device or on the host. */
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
                allocate(activationBytes, activations);
                return "device";
            } finally {
                activations.forEach(memory::free);
            }
        }
    }

    /** Allocates the bytes as several blocks of different sizes, the largest first. */
    private void allocate(long bytes, List<Block> blocks) {
        long left = bytes;
        for (int i = 1; i < TENSORS_PER_PART && left > 1; i++) {
            blocks.add(memory.allocate(left / 2));
            left -= left / 2;
        }
        blocks.add(memory.allocate(left));
    }

    private final class SimulatedWeights implements PartWeights<Module> {
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
                allocate(part.weightBytes(), module.weights);
                return module;
            } catch (NativeException e) {
                free(module);
                throw e;
            }
        }

        @Override
        public void free(Module copy) {
            copy.weights.forEach(memory::free);
            copy.weights.clear();
        }

        @Override
        public void releasePages() {
            pageReleases++;
        }
    }
}
