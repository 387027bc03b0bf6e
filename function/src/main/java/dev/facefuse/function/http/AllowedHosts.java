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
 * The host names that a server accepts. Otherwise a web site could let its own name resolve to this server (DNS rebinding) and read
 * responses as if they were its own.
 *
 * <p>A server on a loopback address accepts loopback names and configured ones. A server on another address was opened to a network on
 * purpose, behind proxies that call it by names it cannot know. It accepts every name unless names are configured; then it accepts
 * those, loopback names and the address that the request arrived at, which probes and scrapers use. Its health is available under every
 * name. A request without {@code Host}, which HTTP/1.0 permits, comes from no browser and is accepted.
 */
final class AllowedHosts {
    private final boolean loopback;
    private final boolean everyName;
    private final Set<String> names = new HashSet<>();

    /**
     * The names of one server.
     *
     * @param loopback whether it listens on a loopback address
     * @param hosts configured names or addresses, as {@link #parse} returns them
     * @param origins configured origins, as {@link Origins#parse} returns them; their hosts are names of this server too
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
     * Whether a request names this server.
     *
     * @param header {@code Host}, null if there is none
     * @param arrival the address that the request arrived at
     * @param health whether it requests nothing but health
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
