package dev.facefuse.engine.problem;

import java.util.Locale;

/** Byte counts in messages: decimal units for memory, as cards and cloud platforms state it; binary units for sizes of files. */
public final class ByteFormat {
    private static final double GIGABYTE = 1e9;
    private static final double MEGABYTE = 1e6;
    private static final long MEBIBYTE = 1 << 20;
    private static final long KIBIBYTE = 1 << 10;

    private ByteFormat() {}

    /** {@code 0.86 GB}; below 0.1 GB {@code 62 MB}; below 1 MB {@code 0.4 MB}. */
    public static String decimal(long bytes) {
        if (Math.abs(bytes) >= GIGABYTE / 10) {
            return String.format(Locale.ROOT, "%.2f GB", bytes / GIGABYTE);
        }
        return String.format(Locale.ROOT, Math.abs(bytes) >= MEGABYTE ? "%.0f MB" : "%.1f MB", bytes / MEGABYTE);
    }

    /** Whole megabytes of 10⁶ bytes, rounded up: {@code 410 MB}. */
    public static String megabytesRoundedUp(long bytes) {
        return (long) Math.ceil(bytes / MEGABYTE) + " MB";
    }

    /** Mebibytes with one decimal: {@code 3.4 MiB}. */
    public static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", (double) bytes / MEBIBYTE);
    }

    /** The exact number in the largest binary unit: {@code 32 MiB}, {@code 1025 KiB}, {@code 7 bytes}. */
    public static String exact(long bytes) {
        return bytes % MEBIBYTE == 0
                ? bytes / MEBIBYTE + " MiB"
                : bytes % KIBIBYTE == 0 ? bytes / KIBIBYTE + " KiB" : bytes + " bytes";
    }
}
