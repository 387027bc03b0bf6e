package dev.facefuse.bench;

import java.util.List;

/**
 * A contest in one dtype.
 *
 * @param skipped why it was not run; empty if it was
 * @param reference the contender, and its dtype, that all others are compared with
 */
record DtypeResults(String dtype, String skipped, String reference, List<Result> results, MachineLoad machineLoad) {
    /** A dtype in which the contest was not run. */
    static DtypeResults skipped(String dtype, String why) {
        return new DtypeResults(dtype, why, "", List.of(), MachineLoad.UNKNOWN);
    }
}
