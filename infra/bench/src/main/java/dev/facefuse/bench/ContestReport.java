package dev.facefuse.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * All that a contest found out; {@code contest.json} is this record.
 *
 * @param when it began, ISO 8601
 * @param commit of this project
 */
record ContestReport(Origin origin, ContestSettings settings, List<DtypeResults> dtypes) implements Report {
    @Override
    public String markdown() {
        return ContestTable.of(this);
    }

    /**
     * How many times as long as facefuse a contestant of the first dtype takes, by its name; and, by {@code NAME-DTYPE}, as long as
     * facefuse in another dtype; a dash if that was not run.
     */
    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        List<Result> measured =
                dtypes.get(0).results().stream().filter(Result::measured).toList();
        for (DtypeResults dtypeResults : dtypes) {
            Optional<Result> ours = dtypeResults.results().stream()
                    .filter(result -> result.name().equals(Contenders.OURS) && result.measured())
                    .findFirst();
            boolean first = dtypeResults.equals(dtypes.get(0));
            if (first && ours.isEmpty()) {
                return figures;
            }
            for (Result result : measured) {
                figures.put(
                        first ? result.name() : result.name() + "-" + dtypeResults.dtype(),
                        ours.map(our -> times(result, our)).orElse("–"));
            }
        }
        return figures;
    }

    private static String times(Result result, Result ours) {
        double ratio = result.totalMillis().median() / ours.totalMillis().median();
        return String.format(Locale.ROOT, "%.1f×", ratio);
    }

    /** Whether nobody failed and nobody's numbers were wrong; who is missing does not count. */
    boolean isGood() {
        return dtypes.stream()
                .flatMap(dtypeResults -> dtypeResults.results().stream())
                .allMatch(result -> result.measured() || result.outcome() == Result.Outcome.MISSING);
    }
}
