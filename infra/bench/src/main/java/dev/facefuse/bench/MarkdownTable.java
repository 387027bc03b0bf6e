package dev.facefuse.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A table in Markdown: words to the left, figures to the right. */
public final class MarkdownTable {
    private final StringBuilder text = new StringBuilder();
    private final int columns;

    /**
     * A table without rows.
     *
     * @param words how many columns, from the left, have words
     */
    public MarkdownTable(int words, String... titles) {
        this.columns = titles.length;
        row(titles);
        List<String> rule = new ArrayList<>();
        for (int i = 0; i < columns; i++) {
            rule.add(i < words ? "---" : "---:");
        }
        row(rule);
    }

    /** Adds a row. */
    public MarkdownTable row(String... cells) {
        return row(Arrays.asList(cells));
    }

    /**
     * Adds a row.
     *
     * @throws IllegalArgumentException if it has not as many cells as the titles
     */
    public MarkdownTable row(List<String> cells) {
        if (cells.size() != columns) {
            throw new IllegalArgumentException(cells + " are not " + columns + " cells");
        }
        text.append('|');
        for (String cell : cells) {
            text.append(cell.isEmpty() ? " |" : " " + cell.replace("|", "\\|").replace('\n', ' ') + " |");
        }
        text.append('\n');
        return this;
    }

    /** With a line break at the end. */
    @Override
    public String toString() {
        return text.toString();
    }
}
