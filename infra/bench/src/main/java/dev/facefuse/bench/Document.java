package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A document in Markdown that quotes figures of reports: a whole report between {@code <!-- figures: NAME -->} and
 * {@code <!-- end -->}, and one figure of it, within a line, between {@code <!-- figure: NAME.FIGURE -->} and {@code <!-- end -->}.
 *
 * @param name of its file, for messages
 */
record Document(String name, String text) {
    private static final String END = "<!-- end -->";
    private static final Pattern WHOLE =
            Pattern.compile("<!-- figures: (?<report>[\\w-]+) -->(?<there>.*?)" + END, Pattern.DOTALL);
    private static final Pattern ONE =
            Pattern.compile("<!-- figure: (?<report>[\\w-]+)\\.(?<figure>[\\w.-]+) -->(?<there>[^\\n]*?)" + END);
    private static final Pattern BEGIN = Pattern.compile("<!-- figures?: ");

    /** Columns of tables whose figures have to be marked, unless the row names a test that holds them. */
    private static final Pattern COLUMN = Pattern.compile("figure|here");

    private static final Pattern TEST = Pattern.compile("\\b(?:[A-Z]\\w+(?:Test|IT)|test_\\w+\\.py)\\b");

    /**
     * A figure, or a whole report, that is shown.
     *
     * @param start index of the text between the marks
     * @param what for messages
     * @param there the text between the marks
     * @param expected the report's text; empty if no report has this figure
     */
    record Shown(int start, String what, String there, String expected) {
        boolean holds() {
            return !expected.isEmpty() && there.equals(expected);
        }
    }

    /** All quoted figures, in their order. */
    List<Shown> shown(Map<String, Report> reports) {
        List<Shown> all = new ArrayList<>();
        for (Matcher whole = WHOLE.matcher(text); whole.find(); ) {
            Report report = reports.get(whole.group("report"));
            String expected = report == null ? "" : "\n\n" + report.markdown().strip() + "\n\n";
            all.add(new Shown(
                    whole.start("there"), "figures: " + whole.group("report"), whole.group("there"), expected));
        }
        for (Matcher one = ONE.matcher(text); one.find(); ) {
            String figure = one.group("figure");
            Report report = reports.get(one.group("report"));
            String expected = report == null ? "" : report.figures().getOrDefault(figure, "");
            all.add(new Shown(
                    one.start("there"), "figure: " + one.group("report") + "." + figure, one.group("there"), expected));
        }
        return all.stream()
                .sorted((one, other) -> Integer.compare(one.start(), other.start()))
                .toList();
    }

    /** The text with the reports' figures between the marks. */
    String filled(Map<String, Report> reports) {
        StringBuilder filled = new StringBuilder();
        int done = 0;
        for (Shown shown : shown(reports)) {
            filled.append(text, done, shown.start())
                    .append(shown.expected().isEmpty() ? shown.there() : shown.expected());
            done = shown.start() + shown.there().length();
        }
        return filled.append(text.substring(done)).toString();
    }

    /** A sentence for each fault: a figure that is not the report's, a mark that does not end, a figure without a mark. */
    List<String> faults(Map<String, Report> reports, Tests tests) {
        List<String> faults = new ArrayList<>();
        List<Shown> shown = shown(reports);
        for (Shown each : shown) {
            if (each.expected().isEmpty()) {
                faults.add(at(each.start()) + "no report has \"" + each.what() + "\"");
            } else if (!each.holds()) {
                faults.add(difference(each));
            }
        }
        BEGIN.matcher(text)
                .results()
                .map(MatchResult::start)
                .filter(start -> shown.stream()
                        .noneMatch(each -> text.startsWith(each.what(), start + 5)
                                && each.start() > start
                                && text.indexOf("-->", start) + 3 == each.start()))
                .forEach(start ->
                        faults.add(at(start) + "a mark of figures does not end with " + END + " or has no name"));
        unmarked(tests, faults);
        return faults;
    }

    /** The first line that differs. */
    private String difference(Shown shown) {
        List<String> there = shown.there().lines().toList();
        List<String> expected = shown.expected().lines().toList();
        int i = 0;
        while (i < Math.min(there.size(), expected.size()) && there.get(i).equals(expected.get(i))) {
            i++;
        }
        return String.format(
                "%s:%d: %s is%n  %s%nand in the report%n  %s",
                name,
                line(shown.start()) + i,
                shown.what(),
                i < there.size() ? there.get(i) : "(nothing)",
                i < expected.size() ? expected.get(i) : "(nothing)");
    }

    private void unmarked(Tests tests, List<String> faults) {
        int column = -1;
        int number = 0;
        for (String line : text.split("\n", -1)) {
            number++;
            if (!line.startsWith("|")) {
                column = -1;
                continue;
            }
            List<String> cells = cells(line);
            if (column < 0) {
                column = (int) cells.stream()
                        .takeWhile(cell -> !COLUMN.matcher(cell).matches())
                        .count();
            } else if (column < cells.size()
                    && ONE.matcher(cells.get(column)).replaceAll("").matches(".*\\d.*")
                    && TEST.matcher(cells.get(cells.size() - 1)).results().noneMatch(test -> tests.has(test.group()))) {
                faults.add(name + ":" + number + ": \"" + cells.get(column)
                        + "\" has a figure that is no report's, and the row names no test that holds it");
            }
        }
    }

    private static List<String> cells(String row) {
        String inner = row.strip();
        inner = inner.substring(1, inner.endsWith("|") && inner.length() > 1 ? inner.length() - 1 : inner.length());
        List<String> cells = new ArrayList<>();
        for (String cell : inner.split("(?<!\\\\)\\|", -1)) {
            cells.add(cell.strip());
        }
        return cells;
    }

    private String at(int position) {
        return name + ":" + line(position) + ": ";
    }

    private int line(int position) {
        return 1
                + (int) text.substring(0, position)
                        .chars()
                        .filter(c -> c == '\n')
                        .count();
    }

    /** The tests of this project. */
    interface Tests {
        /** Whether there is a test class or file of this name. */
        boolean has(String name);
    }
}
