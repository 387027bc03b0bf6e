package dev.facefuse.function.http;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The host that a {@code Host} header names.
 *
 * @param name in lower case without a trailing dot; an IPv6 address in brackets
 */
record HostName(String name) {
    private static final Pattern HOST = Pattern.compile("(?<name>\\[[0-9A-Fa-f:.]+]|[^\\s:/\\[\\]@]+)(?::\\d{0,5})?");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(?:\\.(?!$)|$)){4}");

    /**
     * Parses {@code name}, {@code name:port}, {@code 127.0.0.1:8080} or {@code [::1]:8080}.
     *
     * @return null for anything else
     */
    static @Nullable HostName parse(String header) {
        Matcher matcher = HOST.matcher(header.strip());
        if (!matcher.matches()) {
            return null;
        }
        String name = matcher.group("name").toLowerCase(Locale.ROOT);
        return new HostName(name.endsWith(".") ? name.substring(0, name.length() - 1) : name);
    }

    /** Whether it is this machine's loopback address or {@code localhost}, which no name server resolves. */
    boolean isLoopback() {
        InetAddress literal = literal();
        return literal == null ? name.equals("localhost") : literal.isLoopbackAddress();
    }

    /** Whether it is the literal form of an address. */
    boolean isAddress(String address) {
        InetAddress literal = literal();
        try {
            return literal != null && literal.equals(InetAddress.getByName(address));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** The address that it literally is; null if it is a name. */
    private @Nullable InetAddress literal() {
        try {
            return name.startsWith("[") || IPV4.matcher(name).matches() ? InetAddress.getByName(name) : null;
        } catch (UnknownHostException e) {
            return null;
        }
    }
}
