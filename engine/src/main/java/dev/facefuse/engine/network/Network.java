package dev.facefuse.engine.network;

import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.NetworkLease;
import dev.facefuse.engine.pack.Manifest;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One network of a pack. Its parts run one after the other, and tensors are passed between them by name. A tensor that no later part
 * needs is freed at once. Safe from several threads at once.
 */
public final class Network {
    private final Manifest.Role role;
    private final MemoryGovernor<ScriptModel> governor;
    private final int index;
    private final Device device;
    /** For each part, the names of the tensors that are still needed after it has run. */
    private final List<Set<String>> neededAfter;

    private final Set<String> exact;

    /**
     * Creates a network that runs under a governor.
     *
     * @param index the index of this network in the governor
     * @param device the device on which it runs, unless the plan is {@code host}
     */
    Network(Manifest.Role role, MemoryGovernor<ScriptModel> governor, int index, Device device) {
        this.role = role;
        this.governor = governor;
        this.index = index;
        this.device = device;
        this.neededAfter = neededAfter(role);
        this.exact = role.inputs().stream()
                .filter(Manifest.Port::isExact)
                .map(Manifest.Port::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static List<Set<String>> neededAfter(Manifest.Role role) {
        Set<String> needed = new HashSet<>();
        role.outputs().forEach(port -> needed.add(port.name()));
        Deque<Set<String>> after = new ArrayDeque<>();
        for (int i = role.parts().size() - 1; i >= 0; i--) {
            after.addFirst(Set.copyOf(needed));
            needed.addAll(role.parts().get(i).inputs());
        }
        return List.copyOf(after);
    }

    /**
     * Runs the network. If memory runs out on the device, runs it again under a slower plan.
     *
     * @param inputs a tensor for each input of the role, by name
     * @return the outputs of the role in the manifest's order, row-major
     * @throws IllegalArgumentException if an input is missing or unknown
     * @throws dev.facefuse.engine.problem.FuseException {@code out-of-memory} if it fits neither the device nor the host
     */
    public List<float[]> run(Map<String, HostTensor> inputs) {
        Set<String> names = new HashSet<>();
        role.inputs().forEach(port -> names.add(port.name()));
        if (!names.equals(inputs.keySet())) {
            throw new IllegalArgumentException("This network takes " + names + ", not " + inputs.keySet());
        }
        return governor.run(index, lease -> {
            try (TensorScope scope = TensorScope.open()) {
                return new Run(scope, lease).execute(inputs);
            }
        });
    }

    /** One run. A single scope owns all its tensors. */
    private final class Run {
        private final TensorScope scope;
        private final NetworkLease<ScriptModel> lease;
        private final Device target;
        private final Map<String, Tensor> tensors = new HashMap<>();

        private Run(TensorScope scope, NetworkLease<ScriptModel> lease) {
            this.scope = scope;
            this.lease = lease;
            this.target = lease.onDevice() ? device : Device.CPU;
        }

        private List<float[]> execute(Map<String, HostTensor> inputs) {
            inputs.forEach((name, input) -> tensors.put(name, scope.floats(input.values(), input.shape())));
            for (int i = 0; i < role.parts().size(); i++) {
                Manifest.Part part = role.parts().get(i);
                List<Tensor> outputs = lease.withPart(i, model -> model.run(scope, arguments(part, model.dtype())));
                checkCount(part, outputs);
                for (int k = 0; k < outputs.size(); k++) {
                    tensors.put(part.outputs().get(k), outputs.get(k));
                }
                releaseAllExcept(neededAfter.get(i));
            }
            return role.outputs().stream()
                    .map(port -> tensor(port.name()).toFloats())
                    .toList();
        }

        private Map<String, Tensor> arguments(Manifest.Part part, Dtype dtype) {
            Map<String, Tensor> arguments = new HashMap<>();
            part.inputs().forEach(name -> arguments.put(name, argument(name, dtype)));
            return arguments;
        }

        /** Copies an input of the role to the device when a part first needs it. Outputs of parts are there already. */
        private Tensor argument(String name, Dtype modelDtype) {
            Tensor tensor = tensor(name);
            Dtype dtype = exact.contains(name) ? Dtype.FLOAT32 : modelDtype;
            boolean converted = tensor.dtype() == dtype || !tensor.dtype().isFloatingPoint();
            if (converted && tensor.device().equals(target)) {
                return tensor;
            }
            Tensor copy = scope.to(tensor, target, converted ? tensor.dtype() : dtype);
            scope.release(tensor);
            tensors.put(name, copy);
            return copy;
        }

        private Tensor tensor(String name) {
            return Objects.requireNonNull(tensors.get(name), name);
        }

        private void releaseAllExcept(Set<String> needed) {
            tensors.entrySet().removeIf(entry -> {
                boolean unneeded = !needed.contains(entry.getKey());
                if (unneeded) {
                    scope.release(entry.getValue());
                }
                return unneeded;
            });
        }

        private void checkCount(Manifest.Part part, List<Tensor> outputs) {
            if (outputs.size() != part.outputs().size()) {
                throw new IllegalStateException("The part " + part.name() + " returns " + outputs.size()
                        + " tensors where the pack's manifest names " + part.outputs());
            }
        }
    }
}
