package dev.facefuse.function.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Resolves for the HTTP client, which connects to what it gets here and asks no one else: between the check and the connection no
 * second answer can come. One closed address among a host's closes the host.
 */
final class CheckedDns implements DnsResolver {
    private final Resolver resolver;
    private final Predicate<InetAddress> open;

    /** @param open which addresses may be spoken to */
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

    /** A host has an address that is not to be spoken to. */
    static final class ClosedAddressException extends UnknownHostException {
        ClosedAddressException(String host) {
            super(host + " has an address that is closed to pictures");
        }
    }
}
