package dev.facefuse.function.http;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.HttpHeaders;

/**
 * Ends requests whose response is complete before their body was read. The response is sent and the connection is closed. A client that
 * is still sending would then lose the response, so the bytes that it sends within a few seconds are discarded first, without a thread
 * (nginx calls this a lingering close).
 */
final class UnreadBodyValve extends ValveBase {
    private static final Logger log = LoggerFactory.getLogger(UnreadBodyValve.class);

    /** A body up to this size that has arrived with the head is discarded, so that the connection can be used again. */
    private static final int ARRIVED_BYTES = 8 << 10;

    private static final long MAX_LINGER_BYTES = 16 << 20;
    private static final BodyPace LINGER_PACE = new BodyPace(Duration.ofSeconds(6), 16 << 10);

    private final ClientWatch watch;

    UnreadBodyValve(ClientWatch watch) {
        super(true);
        this.watch = watch;
    }

    @Override
    public void invoke(Request request, Response response) throws IOException, ServletException {
        getNext().invoke(request, response);
        if (!request.isAsync() && new RawBody(request.getCoyoteRequest()).isUnread() && isIoAllowed(response)) {
            end(request, response);
        }
    }

    private void end(Request request, Response response) throws IOException {
        org.apache.coyote.Request coyote = request.getCoyoteRequest();
        RawBody body = new RawBody(coyote);
        if (coyote.hasExpectation()) {
            response.setHeader(HttpHeaders.CONNECTION, "close");
            return; // The client waits for the response before it sends the body.
        }
        if (coyote.getContentLengthLong() >= 0 && body.discardArrived(ARRIVED_BYTES)) {
            return;
        }
        response.setHeader(HttpHeaders.CONNECTION, "close");
        response.finishResponse();
        if (watch.isStopping() || !isIoAllowed(response)) {
            return;
        }
        request.setAsyncSupported(true);
        AsyncContext async = request.startAsync();
        async.setTimeout(0);
        Discarding discarding = new Discarding(async, body);
        body.setListener(discarding);
        watch.add(discarding);
    }

    private static boolean isIoAllowed(Response response) {
        AtomicBoolean allowed = new AtomicBoolean();
        response.getCoyoteResponse().action(ActionCode.IS_IO_ALLOWED, allowed);
        return allowed.get();
    }

    /** Discards the bytes that arrive. */
    private final class Discarding implements ReadListener, ClientWatch.Watched {
        private final AsyncContext async;
        private final RawBody body;
        private final long startNanos = watch.nanoTime();
        private final AtomicLong received = new AtomicLong();
        private final AtomicBoolean ended = new AtomicBoolean();

        Discarding(AsyncContext async, RawBody body) {
            this.async = async;
            this.body = body;
        }

        @Override
        public void check(long nowNanos) {
            if (LINGER_PACE.isTooSlow(nowNanos - startNanos, received.get())) {
                end();
            }
        }

        @Override
        public void stop(long nowNanos) {
            end();
        }

        private void end() {
            if (!ended.compareAndSet(false, true)) {
                return;
            }
            watch.remove(this);
            try {
                async.complete();
            } catch (IllegalStateException e) {
                log.debug("The request has already ended", e);
            }
        }

        @Override
        public void onDataAvailable() throws IOException {
            while (!ended.get() && body.isReady()) {
                ByteBuffer bytes = body.read();
                if (bytes == null || received.addAndGet(bytes.remaining()) > MAX_LINGER_BYTES) {
                    end();
                }
            }
        }

        @Override
        public void onAllDataRead() {
            end();
        }

        @Override
        public void onError(Throwable e) {
            log.debug("The client has disconnected", e);
            end();
        }
    }
}
