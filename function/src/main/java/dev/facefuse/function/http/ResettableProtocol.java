package dev.facefuse.function.http;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.SocketWrapperBase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tomcat's HTTP/1.1, whose connections can be reset by another thread. Public because Tomcat makes it by its name. */
public final class ResettableProtocol extends Http11NioProtocol {
    private static final Logger log = LoggerFactory.getLogger(ResettableProtocol.class);

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
     * Closes connections whose request's head has not arrived in this time, without an answer. Tomcat bounds only the time between two
     * bytes. Nothing else is closed: a connection between two requests is Tomcat's to close.
     *
     * @param nowNanos as {@link System#nanoTime()}
     */
    void closeLateHeads(long nowNanos, long timeoutNanos) {
        for (SocketWrapperBase<NioChannel> connection : getEndpoint().getConnections()) {
            // A connection has a processor here if something of its request is missing; a worker takes it out.
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

    /** A worker finds the end of the connection then, and closes it. */
    private static void endInput(SocketChannel channel) {
        try {
            channel.shutdownInput();
        } catch (IOException e) {
            log.debug("The connection has ended meanwhile", e);
        }
    }

    private static void reset(SocketChannel channel) {
        try {
            channel.setOption(StandardSocketOptions.SO_LINGER, 0); // What is not sent yet is dropped when it closes.
            channel.shutdownOutput();
        } catch (IOException e) {
            log.debug("The connection has ended meanwhile", e);
        }
    }
}
