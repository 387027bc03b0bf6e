package dev.facefuse.bench;

import java.util.Locale;

/** Formats figures for tables. */
public final class Format {
    private static final double MEBIBYTE = 1 << 20;
    private static final double GIGABYTE = 1e9;

    private Format() {}

    /** Three significant digits: {@code 1234}, {@code 123}, {@code 12.3}, {@code 1.23}; a dash for what is not a number. */
    public static String number(double value) {
        if (Double.isNaN(value)) {
            return "–";
        }
        int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    /** {@code 2.4×}. */
    public static String times(double ratio) {
        return number(ratio) + "×";
    }

    /** Mebibytes; a dash for none. */
    public static String mebibytes(long bytes) {
        return bytes == 0 ? "–" : Long.toString(Math.round(bytes / MEBIBYTE));
    }

    /** {@code 3 %}. */
    public static String wholePercent(double share) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share);
    }

    /** {@code 0.84 GB}: gigabytes of 10⁹ bytes. */
    public static String gigabytes(long bytes) {
        return String.format(Locale.ROOT, "%.2f GB", bytes / GIGABYTE);
    }

    /** {@code 3.4 %}. */
    public static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }
}
