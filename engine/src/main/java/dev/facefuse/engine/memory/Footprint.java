package dev.facefuse.engine.memory;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * Calculates the device memory that the networks of packs need under each plan, in bytes.
 *
 * @param roles the networks
 * @param atATime the maximum number of concurrent fusions. They share only resident weights
 */
public record Footprint(List<Role> roles, int atATime) {

    public Footprint {
        roles = List.copyOf(roles);
        if (atATime < 1) {
            throw new IllegalArgumentException("At least one fusion runs at a time, not " + atATime);
        }
    }

    /**
     * A network.
     *
     * @param batch the maximum number of inputs in one run
     */
    public record Role(String name, int batch, List<Part> parts) {
        public Role {
            parts = List.copyOf(parts);
            if (batch < 1 || parts.isEmpty()) {
                throw new IllegalArgumentException("A network has parts and runs on something: " + name);
            }
        }

        private long weightBytes() {
            return parts.stream().mapToLong(Part::weightBytes).sum();
        }

        /** The weights that are on the device at the same time: all of them, those of the largest part, or none. */
        public long weightBytes(Plan plan) {
            return switch (plan) {
                case RESIDENT, STAGED -> weightBytes();
                case STREAMED -> max(parts, Part::weightBytes);
                case HOST -> 0;
            };
        }

        /** The maximum of all parts' activations. */
        public long activationBytes() {
            return max(parts, Part::activationBytes) * batch;
        }

        private long streamedBytes() {
            return max(parts, part -> part.weightBytes() + batch * part.activationBytes());
        }
    }

    /**
     * One part of a network.
     *
     * @param activationBytes the peak without the weights while the part runs on one input, including tensors that later parts need
     */
    public record Part(long weightBytes, long activationBytes) {}

    /**
     * The peak of all networks on the device.
     *
     * <ul>
     *   <li>{@code resident}: all weights, plus the largest activations of a network
     *   <li>{@code staged}: the largest sum of weights and activations of a network
     *   <li>{@code streamed}: the largest sum of weights and activations of a part
     *   <li>{@code host}: nothing
     * </ul>
     *
     * <p>Everything except the shared resident weights is multiplied by the number of concurrent fusions.
     */
    public long bytes(Plan plan) {
        return switch (plan) {
            case RESIDENT ->
                roles.stream().mapToLong(Role::weightBytes).sum() + atATime * max(roles, Role::activationBytes);
            case STAGED -> atATime * max(roles, role -> role.weightBytes() + role.activationBytes());
            case STREAMED -> atATime * max(roles, Role::streamedBytes);
            case HOST -> 0;
        };
    }

    private static <T> long max(List<T> list, ToLongFunction<T> bytes) {
        return list.stream().mapToLong(bytes).max().orElse(0);
    }
}
