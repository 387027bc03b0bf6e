package dev.facefuse.function.http;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import dev.facefuse.function.application.AccessTokens;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The address that the server listens on. Unless {@code facefuse.host} names one, it is this machine's loopback address without access
 * tokens, and every address with them.
 *
 * @param address loopback, one of this machine's, or the wildcard for every one
 */
record ListenAddress(InetAddress address) {

    /**
     * Chooses the address.
     *
     * @param host the setting {@code facefuse.host}; null or blank if it is not set
     * @param serverAddress Spring Boot's own setting {@code server.address}; null if it is not set
     * @throws FuseException {@code bad-request} for a host that is no address and cannot be resolved
     */
    static ListenAddress of(@Nullable String host, @Nullable InetAddress serverAddress, AccessTokens tokens) {
        if (host != null && !host.isBlank()) {
            return new ListenAddress(resolved(host.strip()));
        }
        if (serverAddress != null) {
            return new ListenAddress(serverAddress);
        }
        return new ListenAddress(
                tokens.none() ? InetAddress.getLoopbackAddress() : new InetSocketAddress(0).getAddress());
    }

    private static InetAddress resolved(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "facefuse.host is '" + Messages.quoted(host)
                            + "', which is no address of this machine; it must be 127.0.0.1 for this machine alone, 0.0.0.0 for"
                            + " every network it is in, or one of its addresses.",
                    e);
        }
    }

    /** Whether only programs on this machine can connect. */
    boolean isLoopback() {
        return address.isLoopbackAddress();
    }

    /** A sentence for the operator: the address, and which clients can send requests. */
    String meaning(AccessTokens tokens) {
        String where = "Listening on " + address.getHostAddress();
        if (isLoopback()) {
            return where + ": only programs on this machine can connect; --host or FACEFUSE_HOST changes that."
                    + (tokens.none() ? "" : " Requests need an access token.");
        }
        return tokens.none()
                ? where
                        + " without access tokens: everyone who reaches the port can fuse pictures, and read and write what"
                        + " facefuse.storage allows. Set FACEFUSE_ACCESS_TOKENS, or listen on 127.0.0.1 (--host, FACEFUSE_HOST)."
                : where + ": other machines can connect; requests need an access token.";
    }
}
