package dev.facefuse.function.http;

import java.util.concurrent.TimeUnit;

/** Has connections closed whose request's head takes too long to arrive. They hold no thread, but a connection each. */
final class LateHeads implements ClientWatch.Watched {
    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final ResettableProtocol protocol;
    private final long timeoutNanos;
    private long nextNanos;

    /** @param nowNanos as {@link System#nanoTime()} */
    LateHeads(ResettableProtocol protocol, long timeoutNanos, long nowNanos) {
        this.protocol = protocol;
        this.timeoutNanos = timeoutNanos;
        this.nextNanos = nowNanos;
    }

    @Override
    public void check(long nowNanos) {
        if (nowNanos - nextNanos >= 0) {
            nextNanos = nowNanos + INTERVAL_NANOS;
            protocol.closeLateHeads(nowNanos, timeoutNanos);
        }
    }

    /** Tomcat closes them itself. */
    @Override
    public void stop(long nowNanos) {}
}
