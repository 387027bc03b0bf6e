package dev.facefuse.function.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves and checks the addresses of hosts for the HTTP client. The client connects to the addresses it gets here and resolves nothing
 * itself, so a second DNS answer cannot bypass the check. A host is refused if any of its addresses is.
 */
final class CheckedDns implements DnsResolver {
    private final Resolver resolver;
    private final Predicate<InetAddress> open;

    /** @param open accepts the addresses that may be connected to */
    CheckedDns(Resolver resolver, Predicate<InetAddress> open) {
        this.resolver = resolver;
        this.open = open;
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = resolver.resolve(host);
        for (InetAddress address : addresses) {
            if (!open.test(address)) {
                throw new ClosedAddressException(host);
            }
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /** Resolves a host name. */
    interface Resolver {
        Resolver SYSTEM = InetAddress::getAllByName;

        InetAddress[] resolve(String host) throws UnknownHostException;
    }

    /** A host has an address that may not be connected to. */
    static final class ClosedAddressException extends UnknownHostException {
        ClosedAddressException(String host) {
            super(host + " has an address that is closed to pictures");
        }
    }
}
