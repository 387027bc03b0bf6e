package dev.facefuse.function.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Text in columns, two spaces apart. A cell that begins with a digit or a minus is aligned to the right. The last column is
 * wrapped at {@link #WIDTH}.
 */
final class Table {
    static final int WIDTH = 100;

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row. All rows must have the same number of cells. */
    Table row(String... cells) {
        rows.add(Arrays.asList(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** All rows with an indent, without a line break at the end. */
    String text(String indent) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int column = 0; column < row.size() - 1; column++) {
                line.append(padded(row.get(column), width(column))).append(GAP);
            }
            int hang = line.length();
            for (String part : lines(row.get(row.size() - 1), WIDTH - hang)) {
                lines.add(line.append(part).toString().stripTrailing());
                line = new StringBuilder(" ".repeat(hang));
            }
        }
        return String.join("\n", lines);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String cell, int width) {
        String padding = " ".repeat(width - cell.length());
        boolean number = !cell.isEmpty() && "-0123456789".indexOf(cell.charAt(0)) >= 0;
        return number ? padding + cell : cell + padding;
    }

    /** The text in lines of at most {@code width} characters, wrapped at spaces. A longer word is not broken. */
    private static List<String> lines(String text, int width) {
        List<String> lines = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            space = space > 0 ? space : rest.indexOf(' ');
            if (space < 0) {
                break;
            }
            lines.add(rest.substring(0, space));
            rest = rest.substring(space + 1);
        }
        lines.add(rest);
        return lines;
    }
}
