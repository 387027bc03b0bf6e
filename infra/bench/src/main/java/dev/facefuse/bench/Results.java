package dev.facefuse.bench;

import java.util.List;

/**
 * All that a contest found out; {@code contest.json} is this record.
 *
 * @param when it began, ISO 8601
 * @param commit of this project
 */
record Results(String when, String commit, Machine machine, ContestSettings settings, List<Heat> heats) {
    /** Whether nobody failed and nobody's numbers were wrong; who is missing does not count. */
    boolean isGood() {
        return heats.stream()
                .flatMap(heat -> heat.standings().stream())
                .allMatch(standing -> standing.measured() || standing.outcome() == Standing.Outcome.MISSING);
    }
}
