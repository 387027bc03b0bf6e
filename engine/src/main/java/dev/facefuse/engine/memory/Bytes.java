package dev.facefuse.engine.memory;

import java.util.Locale;

/** Byte counts in words, in decimal units as cards and cloud platforms state them. */
public final class Bytes {
    private static final double GIGA = 1e9;
    private static final double MEGA = 1e6;

    private Bytes() {}

    /** Whole megabytes, rounded up: {@code 410 MB}. */
    static String megabytes(long bytes) {
        return (long) Math.ceil(bytes / MEGA) + " MB";
    }

    /** {@code 0.86 GB}; below 0.1 GB {@code 62 MB}; below 1 MB {@code 0.4 MB}. */
    public static String words(long bytes) {
        if (Math.abs(bytes) >= GIGA / 10) {
            return String.format(Locale.ROOT, "%.2f GB", bytes / GIGA);
        }
        return String.format(Locale.ROOT, Math.abs(bytes) >= MEGA ? "%.0f MB" : "%.1f MB", bytes / MEGA);
    }
}
