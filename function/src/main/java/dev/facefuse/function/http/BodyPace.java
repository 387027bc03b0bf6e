package dev.facefuse.function.http;

import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.HttpProperties;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The speed at which a body must arrive or a response must be read: a limit for the whole time and, after the first sixth of it, a
 * minimum mean rate.
 *
 * @param timeout for the whole body
 * @param bytesPerSecond mean rate since the first sixth of the time; 0 for any
 */
record BodyPace(Duration timeout, long bytesPerSecond) {
    private static final int GRACE_PART = 6;
    private static final int EVENT_PART = 3;

    /**
     * Whether a body that is not complete yet is too slow.
     *
     * @param elapsedNanos since the server asked for the body, or that it spent in writing the response
     * @param bytes received or written since then
     */
    boolean isTooSlow(long elapsedNanos, long bytes) {
        long graceNanos = timeout.toNanos() / GRACE_PART;
        double expectedBytes = (double) bytesPerSecond * (elapsedNanos - graceNanos) / TimeUnit.SECONDS.toNanos(1);
        return elapsedNanos >= timeout.toNanos() || bytes < expectedBytes;
    }

    /** The pace of bodies with pictures. */
    static BodyPace ofPictures(FacefuseProperties properties) {
        HttpProperties http = properties.http();
        return new BodyPace(http.bodyTimeout(), http.minBodyRate().toBytes());
    }

    /** The pace of events, which have at most a megabyte. */
    static BodyPace ofEvents(FacefuseProperties properties) {
        HttpProperties http = properties.http();
        return new BodyPace(
                http.bodyTimeout().dividedBy(EVENT_PART), http.minBodyRate().toBytes());
    }

    /** The pace of responses. Only the time counts that the server waits for the client. */
    static BodyPace ofResponses(FacefuseProperties properties) {
        HttpProperties http = properties.http();
        return new BodyPace(http.responseTimeout(), http.minBodyRate().toBytes());
    }
}
