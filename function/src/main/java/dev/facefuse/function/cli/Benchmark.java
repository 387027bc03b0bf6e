package dev.facefuse.function.cli;

import dev.facefuse.engine.Diagnosis;
import dev.facefuse.engine.EngineInfo;
import java.util.List;

/**
 * What {@code bench} measured; its JSON is this record.
 *
 * @param plan the last fusion's
 * @param resolution longest edge of every result, pixels
 * @param warmUp fusions of each workload before those that count
 * @param cards how many processes like this one cards of several sizes have memory for
 */
record Benchmark(
        EngineInfo engine,
        String plan,
        int resolution,
        int warmUp,
        List<Workload> workloads,
        List<Diagnosis.Card> cards) {

    /**
     * Fusions into one template, one after the other.
     *
     * @param width of the template, pixels
     * @param height of the template, pixels
     * @param memory of the device from before the first round that counts to after the last
     */
    record Workload(String name, int width, int height, List<Round> rounds, List<Sample> memory) {
        /** The median round's, milliseconds. */
        double medianMillis() {
            double[] sorted =
                    rounds.stream().mapToDouble(Round::millis).sorted().toArray();
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        /** Standard deviation of the rounds, milliseconds; 0 for one. */
        double deviationMillis() {
            double mean = rounds.stream().mapToDouble(Round::millis).average().orElse(0);
            double squares = rounds.stream()
                    .mapToDouble(round -> (round.millis() - mean) * (round.millis() - mean))
                    .sum();
            return rounds.size() < 2 ? 0 : Math.sqrt(squares / (rounds.size() - 1));
        }

        /** The most in any round. */
        long peakBytes() {
            return rounds.stream().mapToLong(Round::peakBytes).max().orElse(0);
        }

        /** After the last round. */
        long afterBytes() {
            return rounds.isEmpty() ? 0 : rounds.get(rounds.size() - 1).afterBytes();
        }
    }

    /**
     * One fusion, as its report has it; see {@link dev.facefuse.engine.Report}.
     *
     * @param millis from the encoded pictures to the encoded result
     * @param peakBytes the most that was in use
     * @param afterBytes in use afterwards
     */
    record Round(double millis, long peakBytes, long afterBytes) {}

    /**
     * Memory at an instant, as {@link dev.facefuse.engine.Vitals.Memory} has it.
     *
     * @param millis since the first sample
     */
    record Sample(double millis, long allocatedBytes, long reservedBytes) {}
}
