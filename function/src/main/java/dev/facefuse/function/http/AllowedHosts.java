package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/**
 * The names that a server answers to, so that no web site can make its own name lead here (DNS rebinding) and then read
 * answers as if they were its own.
 *
 * <p>A server on a loopback address answers to loopback names and to configured ones. A server on another address was opened to a
 * network on purpose and stands behind proxies that call it by names it cannot know: it answers to every name unless names are
 * configured, and then to those, to loopback names and to the address that the request arrived at, which probes and scrapers
 * use; its health is answered under every name. A request without {@code Host}, as HTTP/1.0 permits, comes from no browser and is answered.
 */
final class AllowedHosts {
    private final boolean loopback;
    private final boolean everyName;
    private final Set<String> names = new HashSet<>();

    /**
     * The names of one server.
     *
     * @param loopback whether it listens on a loopback address
     * @param hosts configured names or addresses, as {@link #parse} gives them
     * @param origins configured origins, as {@link Origins#parse} gives them, whose hosts are names of this server too
     */
    AllowedHosts(boolean loopback, Set<String> hosts, Set<String> origins) {
        this.loopback = loopback;
        this.everyName = !loopback && hosts.isEmpty();
        this.names.addAll(hosts);
        for (String origin : origins) {
            HostName host = HostName.parse(Origins.authority(origin));
            if (host != null) {
                names.add(host.name());
            }
        }
    }

    /**
     * Parses configured names; a port is dropped.
     *
     * @throws FuseException {@code bad-request} for text that is neither a name nor an address
     */
    static Set<String> parse(List<String> hosts) {
        Set<String> parsed = new LinkedHashSet<>();
        for (String host : hosts) {
            HostName name = HostName.parse(host);
            if (name == null || name.name().indexOf('*') >= 0) {
                throw new FuseException(
                        ErrorCode.BAD_REQUEST,
                        "facefuse.http.hosts has '" + Messages.quoted(host)
                                + "', which is no host; name each one as faces.example.org or 192.0.2.7, without scheme, path"
                                + " and *.");
            }
            parsed.add(name.name());
        }
        return parsed;
    }

    /** Whether the request names this server. */
    boolean allow(HttpServletRequest request) {
        return allow(request.getHeader(HttpHeaders.HOST), request.getLocalAddr(), AccessFilter.isHealth(request));
    }

    /**
     * The same by parts.
     *
     * @param header {@code Host}, null if there is none
     * @param arrival the address that the request arrived at
     * @param health whether it asks for health only
     */
    boolean allow(@Nullable String header, String arrival, boolean health) {
        if (everyName || header == null || header.isBlank() || (!loopback && health)) {
            return true;
        }
        HostName host = HostName.parse(header);
        return host != null
                && (host.isLoopback() || names.contains(host.name()) || (!loopback && host.isAddress(arrival)));
    }
}
