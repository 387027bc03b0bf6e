package dev.facefuse.bench;

import java.util.List;
import java.util.Map;

/**
 * The result of a contender in one dtype.
 *
 * @param engine its name and version; empty if it did not start
 * @param why it was not measured; empty if it was
 * @param rounds in their order; none unless it was measured
 * @param deviations by stage, the largest of all rounds from the reference's numbers
 * @param loadMillis from its start until it was ready
 */
record Result(
        String name,
        String title,
        String engine,
        Outcome outcome,
        String why,
        List<Round> rounds,
        Map<String, Double> deviations,
        Memory memory,
        double loadMillis) {
    /** Whether it was measured. */
    enum Outcome {
        MEASURED("measured"),
        /** It is not installed. */
        MISSING("missing"),
        /** It did not start or did not last. */
        FAILED("failed"),
        /** It computed something else. */
        WRONG("wrong numbers");

        private final String label;

        Outcome(String label) {
            this.label = label;
        }

        /** As tables have it. */
        String label() {
            return label;
        }
    }

    /**
     * One run of all networks.
     *
     * @param millis by stage
     * @param cpuMillis of all of its threads meanwhile
     */
    record Round(Map<String, Double> millis, double cpuMillis) {
        double totalMillis() {
            return millis.values().stream().mapToDouble(Double::doubleValue).sum();
        }
    }

    /**
     * Peak resident memory of its whole process.
     *
     * @param peakBytes since it was ready; 0 where the kernel does not tell
     * @param withLoadingBytes since its start
     */
    record Memory(long peakBytes, long withLoadingBytes) {
        static final Memory UNKNOWN = new Memory(0, 0);
    }

    boolean measured() {
        return outcome == Outcome.MEASURED;
    }

    /** A stage's milliseconds over the rounds. */
    Spread millis(String stage) {
        return Spread.of(rounds.stream().map(round -> round.millis().get(stage)).toList());
    }

    /** All stages' milliseconds together over the rounds. */
    Spread totalMillis() {
        return Spread.of(rounds.stream().map(Round::totalMillis).toList());
    }
}
