package dev.facefuse.function.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tomcat's HTTP/1.1 with two additions: another thread can reset a connection, and connections whose request head takes too long to
 * arrive are closed. Public because Tomcat makes it by its name.
 */
public final class ResettableProtocol extends Http11NioProtocol {
    private static final Logger log = LoggerFactory.getLogger(ResettableProtocol.class);

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Tomcat's start time of a request of which nothing has arrived. */
    private static final long NOT_STARTED = -1;

    /** Called by Tomcat. */
    public ResettableProtocol() {}

    /**
     * Ends a connection: a write that waits for the client fails at once, and so does every later one. The worker thread then
     * closes the connection. Closing it here would give its buffers to the next connection while the worker still uses them.
     */
    void reset(String connectionId) {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            if (connection
                    .getServletConnection("http/1.1", "")
                    .getConnectionId()
                    .equals(connectionId)) {
                reset(connection.getSocket().getIOChannel());
            }
        }
    }

    /**
     * Closes, once a second and without a response, connections whose request head has not arrived in this time. Tomcat bounds only the
     * time between two bytes. Nothing else is closed: Tomcat itself closes a connection between two requests. These connections hold no
     * thread.
     */
    void limitHeads(ClientWatch watch, long timeoutNanos) {
        watch.add(new ClientWatch.Watched() {
            private long nextNanos = watch.nanoTime();

            @Override
            public void check(long nowNanos) {
                if (nowNanos - nextNanos >= 0) {
                    nextNanos = nowNanos + INTERVAL_NANOS;
                    closeLateHeads(nowNanos, timeoutNanos);
                }
            }

            /** Tomcat closes them itself. */
            @Override
            public void stop(long nowNanos) {}
        });
    }

    private void closeLateHeads(long nowNanos, long timeoutNanos) {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            // A connection has a processor here if a part of its request is missing; a worker takes it out.
            if (connection.getCurrentProcessor() instanceof Processor processor
                    && !processor.isAsync()
                    && !processor.isUpgrade()
                    && isLate(processor.getRequest().getStartTimeNanos(), nowNanos, timeoutNanos)) {
                endInput(connection.getSocket().getIOChannel());
            }
        }
    }

    private static boolean isLate(long startNanos, long nowNanos, long timeoutNanos) {
        return startNanos != NOT_STARTED && nowNanos - startNanos >= timeoutNanos;
    }

    /** A worker then finds the end of the connection and closes it. */
    private static void endInput(SocketChannel channel) {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            log.debug("The connection has already ended", e);
        }
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0); // Unsent bytes are dropped when it closes.
            channel.shutdownOutput();
        } catch (IOException e) {
            log.debug("The connection has already ended", e);
        }
    }
}
