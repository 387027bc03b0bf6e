package dev.facefuse.function.storage;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.StoredObject;
import dev.facefuse.function.StoredState;
import java.io.IOException;
import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;
import org.apache.hc.core5.io.CloseMode;
import org.jspecify.annotations.Nullable;

/**
 * Pictures on web servers. Their responses are not trusted: each location, also of a redirect, must be allowed, each host must have
 * public addresses only, and the client connects to the checked address. No retries, cookies, proxies or decompression.
 */
final class WebStore implements Store<WebLocation> {
    private static final int MOST_REDIRECTS = 3;

    private final AllowedPrefixes readable;
    private final StorageSettings.Timeouts patience;
    private final Lazy<CloseableHttpClient> client;
    private final ScheduledExecutorService clock = clock();

    WebStore(AllowedPrefixes readable, StorageSettings.Timeouts patience) {
        this(readable, patience, CheckedDns.Resolver.SYSTEM, PublicAddress::is);
    }

    /**
     * Uses another resolver.
     *
     * @param open accepts the addresses that may be connected to
     */
    WebStore(
            AllowedPrefixes readable,
            StorageSettings.Timeouts patience,
            CheckedDns.Resolver resolver,
            Predicate<InetAddress> open) {
        this.readable = readable;
        this.patience = patience;
        this.client = new Lazy<>(() -> WebClients.open(patience, new CheckedDns(resolver, open)));
    }

    private static ScheduledExecutorService clock() {
        ScheduledThreadPoolExecutor clock = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "facefuse-web-deadline");
            thread.setDaemon(true);
            return thread;
        });
        clock.setRemoveOnCancelPolicy(true);
        return clock;
    }

    @Override
    public StoredObject read(WebLocation location, long maxBytes) {
        long deadline = System.nanoTime() + patience.timeout().toNanos();
        WebLocation at = location;
        for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
            readable.require(at);
            Answer answer = ask(at, maxBytes, deadline - System.nanoTime());
            if (answer.object != null) {
                return answer.object;
            }
            at = answer.redirect;
        }
        throw new FuseException(
                ErrorCode.STORAGE_NOT_FOUND,
                location.display() + " is redirected more than " + MOST_REDIRECTS + " times; name where it leads.");
    }

    /** Always present, with an unknown version: a presigned URL allows GET only, so HEAD cannot be used. */
    @Override
    public Optional<StoredState> find(WebLocation location) {
        return Optional.of(new StoredState("", Map.of()));
    }

    private Answer ask(WebLocation at, long maxBytes, long nanos) {
        HttpGet request = new HttpGet(at.uri());
        // A server that sends single bytes slowly would never exceed the read timeout.
        ScheduledFuture<?> deadline = clock.schedule(request::cancel, nanos, TimeUnit.NANOSECONDS);
        try {
            return answer(at, client.get().executeOpen(null, request, null), maxBytes);
        } catch (IOException e) {
            throw fault(at, e);
        } finally {
            deadline.cancel(false);
            // Cancelling closes the connection; a normal close would read the rest of the body, which may be endless.
            request.cancel();
        }
    }

    private static Answer answer(WebLocation at, ClassicHttpResponse response, long maxBytes) throws IOException {
        int status = response.getCode();
        Header location = response.getFirstHeader(HttpHeaders.LOCATION);
        HttpEntity body = response.getEntity();
        if (status == 200 && body != null) {
            Header etag = response.getFirstHeader(HttpHeaders.ETAG);
            byte[] bytes = BoundedBytes.read(body.getContent(), at.display(), body.getContentLength(), maxBytes);
            String version = etag == null ? "" : etag.getValue().replace("\"", "");
            return new Answer(new StoredObject(bytes, new StoredState(version, Map.of())), at);
        }
        if (isRedirect(status) && location != null) {
            return new Answer(null, at.resolve(location.getValue()));
        }
        throw refusal(at, status);
    }

    private static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    private static FuseException refusal(WebLocation at, int status) {
        String says = at.display() + " cannot be read (its server answers " + status + "); ";
        if (status == 401 || status == 403) {
            return new FuseException(ErrorCode.STORAGE_DENIED, says + "name one that may be.");
        }
        return status == 429 || status >= 500
                ? new FuseException(ErrorCode.TIMEOUT, says + "try again later.")
                : new FuseException(ErrorCode.STORAGE_NOT_FOUND, says + "check the address.");
    }

    private static FuseException fault(WebLocation at, IOException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CheckedDns.ClosedAddressException) {
                return new FuseException(
                        ErrorCode.STORAGE_DENIED,
                        at.display() + " is not on the public internet; only public hosts are read.",
                        e);
            }
        }
        return new FuseException(
                ErrorCode.TIMEOUT, at.display() + " cannot be read now (no whole answer in time); try again later.", e);
    }

    @Override
    public void close() {
        clock.shutdownNow();
        CloseableHttpClient made = client.made();
        if (made != null) {
            made.close(CloseMode.IMMEDIATE);
        }
    }

    /** An object, or the location that a redirect leads to. */
    private record Answer(@Nullable StoredObject object, WebLocation redirect) {}
}
