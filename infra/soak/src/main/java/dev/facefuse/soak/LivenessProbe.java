package dev.facefuse.soak;

import dev.facefuse.bench.HttpConnection;
import dev.facefuse.bench.HttpReply;
import dev.facefuse.soak.Journal.Entry;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Probes the server's liveness twice a second, each time on a new connection, as an orchestrator does. */
final class LivenessProbe implements Runnable {
    /** The probe's name in the report. */
    static final String ACTOR = "probes liveness";

    /** Stands for the slowest of no probes. */
    static final Entry NONE = new Entry(ACTOR, Double.NaN, Double.NaN, 0);

    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;

    private final int port;
    private final Journal journal;
    private final long start;
    private final long end;

    /**
     * A probe for a run.
     *
     * @param start of the run, as {@link System#nanoTime()}
     * @param end of the run, likewise
     */
    LivenessProbe(int port, Journal journal, long start, long end) {
        this.port = port;
        this.journal = journal;
        this.start = start;
        this.end = end;
    }

    @Override
    public void run() {
        while (System.nanoTime() < end) {
            long began = System.nanoTime();
            try (HttpConnection connection = HttpConnection.to(port)) {
                connection.send("GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\n\r\n");
                int status = connection.receive().status();
                if (status != HttpReply.OK) {
                    journal.fault("Liveness is answered with " + status);
                }
                long now = System.nanoTime();
                journal.add(
                        new Entry(ACTOR, (began - start) / NANOS_PER_SECOND, (now - began) / NANOS_PER_MILLI, status));
            } catch (IOException e) {
                journal.fault("Liveness is not answered: " + e);
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
