package dev.facefuse.engine.network;

import dev.facefuse.engine.memory.Governor;
import dev.facefuse.engine.memory.Turn;
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
 * One network of a pack. Its parts run one after the other and hand tensors on by name; a tensor that no later part asks for is
 * freed at once. Safe from several threads at once.
 */
public final class Network {
    private final Manifest.Role role;
    private final Governor<ScriptModel> governor;
    private final int index;
    private final Device device;
    private final List<Set<String>> wantedAfter;
    private final Set<String> exact;

    /**
     * A network that runs under a governor.
     *
     * @param index of this network among the governor's
     * @param device of its copies, when the plan has them on one
     */
    Network(Manifest.Role role, Governor<ScriptModel> governor, int index, Device device) {
        this.role = role;
        this.governor = governor;
        this.index = index;
        this.device = device;
        this.wantedAfter = wantedAfter(role);
        this.exact = role.inputs().stream()
                .filter(Manifest.Port::isExact)
                .map(Manifest.Port::name)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** For each part the names of what is still needed once it has run. */
    private static List<Set<String>> wantedAfter(Manifest.Role role) {
        Set<String> wanted = new HashSet<>();
        role.outputs().forEach(port -> wanted.add(port.name()));
        Deque<Set<String>> after = new ArrayDeque<>();
        for (int i = role.parts().size() - 1; i >= 0; i--) {
            after.addFirst(Set.copyOf(wanted));
            wanted.addAll(role.parts().get(i).inputs());
        }
        return List.copyOf(after);
    }

    /**
     * Runs the network; in case memory runs out on the device, again under a slower plan.
     *
     * @param inputs a tensor for each of the role's inputs, by name
     * @return the role's outputs in the manifest's order, row-major
     * @throws IllegalArgumentException if an input is missing or unknown
     * @throws dev.facefuse.engine.problem.FuseException {@code out-of-memory} if it fits nowhere
     */
    public List<float[]> run(Map<String, HostTensor> inputs) {
        Set<String> names = new HashSet<>();
        role.inputs().forEach(port -> names.add(port.name()));
        if (!names.equals(inputs.keySet())) {
            throw new IllegalArgumentException("This network takes " + names + ", not " + inputs.keySet());
        }
        return governor.run(index, turn -> {
            try (TensorScope scope = TensorScope.open()) {
                return new Run(scope, turn).through(inputs);
            }
        });
    }

    /** One run, all of whose tensors are one scope's. */
    private final class Run {
        private final TensorScope scope;
        private final Turn<ScriptModel> turn;
        private final Device place;
        private final Map<String, Tensor> tensors = new HashMap<>();

        private Run(TensorScope scope, Turn<ScriptModel> turn) {
            this.scope = scope;
            this.turn = turn;
            this.place = turn.onDevice() ? device : Device.CPU;
        }

        private List<float[]> through(Map<String, HostTensor> inputs) {
            inputs.forEach((name, input) -> tensors.put(name, scope.floats(input.values(), input.shape())));
            for (int i = 0; i < role.parts().size(); i++) {
                Manifest.Part part = role.parts().get(i);
                List<Tensor> outputs = turn.part(i, model -> model.run(scope, arguments(part, model.dtype())));
                requireNamed(part, outputs);
                for (int k = 0; k < outputs.size(); k++) {
                    tensors.put(part.outputs().get(k), outputs.get(k));
                }
                releaseAllBut(wantedAfter.get(i));
            }
            return role.outputs().stream()
                    .map(port -> tensor(port.name()).toFloats())
                    .toList();
        }

        private Map<String, Tensor> arguments(Manifest.Part part, Dtype dtype) {
            Map<String, Tensor> arguments = new HashMap<>();
            part.inputs().forEach(name -> arguments.put(name, brought(name, dtype)));
            return arguments;
        }

        /** Inputs come from the host when they are first asked for; what parts return is where it has to be. */
        private Tensor brought(String name, Dtype modelDtype) {
            Tensor here = tensor(name);
            Dtype dtype = exact.contains(name) ? Dtype.FLOAT32 : modelDtype;
            boolean converted = here.dtype() == dtype || !here.dtype().isFloatingPoint();
            if (converted && here.device().equals(place)) {
                return here;
            }
            Tensor there = scope.to(here, place, converted ? here.dtype() : dtype);
            scope.release(here);
            tensors.put(name, there);
            return there;
        }

        private Tensor tensor(String name) {
            return Objects.requireNonNull(tensors.get(name), name);
        }

        private void releaseAllBut(Set<String> wanted) {
            tensors.entrySet().removeIf(entry -> {
                boolean done = !wanted.contains(entry.getKey());
                if (done) {
                    scope.release(entry.getValue());
                }
                return done;
            });
        }

        private void requireNamed(Manifest.Part part, List<Tensor> outputs) {
            if (outputs.size() != part.outputs().size()) {
                throw new IllegalStateException("The part " + part.name() + " returns " + outputs.size()
                        + " tensors where the pack's manifest names " + part.outputs());
            }
        }
    }
}
