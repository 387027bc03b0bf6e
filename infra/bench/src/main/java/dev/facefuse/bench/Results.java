package dev.facefuse.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

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

    /** In the first heat: how many times as long as facefuse a contestant takes, by its name. */
    @Override
    public Map<String, String> figures() {
        Map<String, String> figures = new LinkedHashMap<>();
        List<Standing> measured =
                heats.get(0).standings().stream().filter(Standing::measured).toList();
        measured.stream()
                .filter(standing -> standing.name().equals(Roster.OURS))
                .findFirst()
                .ifPresent(ours -> {
                    double millis = ours.totalMillis().median();
                    for (Standing standing : measured) {
                        double ratio = standing.totalMillis().median() / millis;
                        figures.put(standing.name(), String.format(Locale.ROOT, "%.1f×", ratio));
                    }
                });
        return figures;
    }

    /** Whether nobody failed and nobody's numbers were wrong; who is missing does not count. */
    boolean isGood() {
        return heats.stream()
                .flatMap(heat -> heat.standings().stream())
                .allMatch(standing -> standing.measured() || standing.outcome() == Standing.Outcome.MISSING);
    }
}
