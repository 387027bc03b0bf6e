package dev.facefuse.engine.memory;

import java.util.List;
import java.util.function.ToLongFunction;

/**
 * What a pack's networks take on a device, in bytes, by plan.
 *
 * @param roles the networks
 * @param atATime how many fusions may run at a time; all of them share resident weights and nothing else
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
     * @param batch the most inputs it runs on at once
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

        /** Its weights that are on the device at once: all of them, the largest part's, or none. */
        public long weightBytes(Plan plan) {
            return switch (plan) {
                case RESIDENT, STAGED -> weightBytes();
                case STREAMED -> most(parts, Part::weightBytes);
                case HOST -> 0;
            };
        }

        /** All that lives beside the weights while the hungriest of its parts runs. */
        public long activationBytes() {
            return most(parts, Part::activationBytes) * batch;
        }

        private long streamedBytes() {
            return most(parts, part -> part.weightBytes() + batch * part.activationBytes());
        }
    }

    /**
     * One part of a network.
     *
     * @param activationBytes the most beside the weights while it runs on one input, with what is carried past it
     */
    public record Part(long weightBytes, long activationBytes) {}

    /**
     * The most that the networks take of the device.
     *
     * <ul>
     *   <li>{@code resident}: all weights, and the activations of the hungriest network
     *   <li>{@code staged}: the hungriest network, its weights and its activations
     *   <li>{@code streamed}: the hungriest part of a network
     *   <li>{@code host}: nothing
     * </ul>
     *
     * with activations (and, where they are not shared, weights) as often as fusions run at a time.
     */
    public long bytes(Plan plan) {
        return switch (plan) {
            case RESIDENT -> residentWeightBytes() + atATime * most(roles, Role::activationBytes);
            case STAGED -> atATime * most(roles, role -> role.weightBytes() + role.activationBytes());
            case STREAMED -> atATime * most(roles, Role::streamedBytes);
            case HOST -> 0;
        };
    }

    /** All weights. */
    long residentWeightBytes() {
        return roles.stream().mapToLong(Role::weightBytes).sum();
    }

    private static <T> long most(List<T> of, ToLongFunction<T> bytes) {
        return of.stream().mapToLong(bytes).max().orElse(0);
    }
}
