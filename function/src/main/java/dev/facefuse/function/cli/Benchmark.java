package dev.facefuse.function.cli;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineInfo;
import java.util.List;

/**
 * The result of {@code bench}, and its JSON.
 *
 * @param plan plan of the last fusion
 * @param resolution longest edge of every result, pixels
 * @param warmUp unmeasured fusions of each workload
 * @param cards how many processes like this one fit cards of several sizes
 */
record Benchmark(
        EngineInfo engine,
        String plan,
        int resolution,
        int warmUp,
        List<Workload> workloads,
        List<Diagnostics.Card> cards) {

    /**
     * Consecutive fusions into one template.
     *
     * @param width of the template, pixels
     * @param height of the template, pixels
     * @param memory the device's memory, sampled during the measured rounds
     */
    record Workload(String name, int width, int height, List<Round> rounds, List<Sample> memory) {
        /** Median time of a round, milliseconds. */
        double medianMillis() {
            double[] sorted =
                    rounds.stream().mapToDouble(Round::millis).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        /** Standard deviation of the rounds' times, milliseconds; 0 for one round. */
        double deviationMillis() {
            double mean = rounds.stream().mapToDouble(Round::millis).average().orElse(0);
            double squares = rounds.stream()
                    .mapToDouble(round -> (round.millis() - mean) * (round.millis() - mean))
                    .sum();
            return rounds.size() < 2 ? 0 : Math.sqrt(squares / (rounds.size() - 1));
        }

        /** Largest peak of all rounds, bytes. */
        long peakBytes() {
            return rounds.stream().mapToLong(Round::peakBytes).max().orElse(0);
        }

        /** Memory in use after the last round, bytes. */
        long afterBytes() {
            return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1).afterBytes();
        }
    }

    /**
     * One fusion, with figures from its {@link dev.facefuse.engine.Report}.
     *
     * @param millis time from the encoded pictures to the encoded result
     * @param peakBytes peak of the memory in use
     * @param afterBytes memory in use afterwards
     */
    record Round(double millis, long peakBytes, long afterBytes) {}

    /**
     * Memory at an instant, as {@link dev.facefuse.engine.EngineMetrics.Memory} has it.
     *
     * @param millis since the first sample
     */
    record Sample(double millis, long allocatedBytes, long reservedBytes) {}
}
