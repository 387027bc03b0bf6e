package dev.facefuse.function.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows of cells in columns as wide as their longest cell, two spaces apart. What starts with a digit or a minus stands to the
 * right. The last column is cut into lines where a line would be longer than {@link #WIDTH}.
 */
final class Table {
    static final int WIDTH = 100;

    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();

    /** Adds a row; all have as many cells. */
    Table row(String... cells) {
        rows.add(Arrays.asList(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    /** All rows, each behind the indent, without a line break at the end. */
    String text(String indent) {
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder(indent);
            for (int column = 0; column < row.size() - 1; column++) {
                line.append(padded(row.get(column), width(column))).append(GAP);
            }
            int hang = line.length();
            for (String piece : pieces(row.get(row.size() - 1), WIDTH - hang)) {
                lines.add(line.append(piece).toString().stripTrailing());
                line = new StringBuilder(" ".repeat(hang));
            }
        }
        return String.join("\n", lines);
    }

    private int width(int column) {
        return rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0);
    }

    private static String padded(String cell, int width) {
        String room = " ".repeat(width - cell.length());
        boolean number = !cell.isEmpty() && "-0123456789".indexOf(cell.charAt(0)) >= 0;
        return number ? room + cell : cell + room;
    }

    /** The text in lines of at most so many characters, broken at spaces; a longer word stays whole. */
    private static List<String> pieces(String text, int width) {
        List<String> pieces = new ArrayList<>();
        String rest = text;
        while (rest.length() > width) {
            int space = rest.lastIndexOf(' ', width);
            space = space > 0 ? space : rest.indexOf(' ');
            if (space < 0) {
                break;
            }
            pieces.add(rest.substring(0, space));
            rest = rest.substring(space + 1);
        }
        pieces.add(rest);
        return pieces;
    }
}
