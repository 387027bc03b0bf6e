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
record Results(String when, String commit, Machine machine, ContestSettings settings, List<Heat> heats)
        implements Report {
    @Override
    public String markdown() {
        return ContestTable.of(this);
    }

    /**
     * How many times as long as facefuse a contestant of the first heat takes, by its name; and, by {@code NAME-DTYPE}, as long as
     * facefuse in another heat's type, a dash where that was not held.
     */
    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        List<Standing> measured =
                heats.get(0).standings().stream().filter(Standing::measured).toList();
        for (Heat heat : heats) {
            Optional<Standing> ours = heat.standings().stream()
                    .filter(standing -> standing.name().equals(Roster.OURS) && standing.measured())
                    .findFirst();
            boolean first = heat.equals(heats.get(0));
            if (first && ours.isEmpty()) {
                return figures;
            }
            for (Standing standing : measured) {
                figures.put(
                        first ? standing.name() : standing.name() + "-" + heat.dtype(),
                        ours.map(our -> times(standing, our)).orElse("–"));
            }
        }
        return figures;
    }

    private static String times(Standing standing, Standing ours) {
        double ratio = standing.totalMillis().median() / ours.totalMillis().median();
        return String.format(Locale.ROOT, "%.1f×", ratio);
    }

    /** Whether nobody failed and nobody's numbers were wrong; who is missing does not count. */
    boolean isGood() {
        return heats.stream()
                .flatMap(heat -> heat.standings().stream())
                .allMatch(standing -> standing.measured() || standing.outcome() == Standing.Outcome.MISSING);
    }
}
