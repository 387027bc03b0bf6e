package dev.facefuse.function.cli;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses byte counts: {@code 700MB} is 700·10⁶ bytes, {@code 700MiB} is 700·2²⁰, and a number without a unit is bytes. */
final class ByteCount {
    private static final Pattern COUNT = Pattern.compile("(\\d{1,12})\\s*([a-zA-Z]*)");
    private static final Map<String, Long> UNITS = Map.of(
            "",
            1L,
            "b",
            1L,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30);

    private ByteCount() {}

    /**
     * Parses an option's value.
     *
     * @param name of the option, for the error
     * @throws FuseException {@code bad-request}
     */
    static long parse(String name, String text) {
        Matcher count = COUNT.matcher(text.strip());
        Long unit = count.matches() ? UNITS.get(count.group(2).toLowerCase(Locale.ROOT)) : null;
        if (unit == null || Long.parseLong(count.group(1)) > Long.MAX_VALUE / unit) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    name + " is '" + Messages.quoted(text) + "'; give bytes, such as 700MB, 700MiB or 1GB.");
        }
        return Long.parseLong(count.group(1)) * unit;
    }
}
