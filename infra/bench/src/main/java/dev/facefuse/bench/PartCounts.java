package dev.facefuse.bench;

import java.util.List;

/**
 * The counts of {@code profile.py parts} for a pack's networks in one dtype.
 *
 * @param torch the version of the PyTorch that its operators' times are of
 */
record PartCounts(String torch, List<Part> parts) {
    /**
     * One run of a part.
     *
     * @param flop of convolutions and matrix products, two for a multiplication and addition
     * @param bytes that its operators read and write
     * @param operators the slowest
     */
    record Part(String role, String part, long flop, long bytes, List<Operator> operators) {}

    /**
     * All of a part's calls of an operator.
     *
     * @param share of the part's time, 0 … 1
     */
    record Operator(String name, int calls, double millis, double share) {}
}
