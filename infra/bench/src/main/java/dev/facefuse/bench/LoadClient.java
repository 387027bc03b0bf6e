package dev.facefuse.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A client that sends requests with pauses between them, and ignores {@code Retry-After}. A pause is between 0.5 and 1.5 times its
 * average length: clients with equal pauses would always send at the same moment.
 */
final class LoadClient {
    private final int port;
    private final FusePost post;
    private final int pauseMillis;
    private final Random random;
    private final List<Exchange> exchanges = new ArrayList<>();

    /**
     * A request and its answer.
     *
     * @param status {@link #LOST} if there was no answer
     * @param startNanos when the client began, with connecting if it had to, as {@link System#nanoTime()}
     * @param endNanos when it had read the answer
     */
    record Exchange(int status, long startNanos, long endNanos) {
        static final int LOST = 0;

        private static final double NANOS_PER_MILLI = 1e6;

        double millis() {
            return (endNanos - startNanos) / NANOS_PER_MILLI;
        }
    }

    /**
     * Makes a client that has sent nothing yet.
     *
     * @param pauseMillis between an answer and the next request, on average; 0 for none
     * @param seed of its pauses
     */
    LoadClient(int port, FusePost post, int pauseMillis, long seed) {
        this.port = port;
        this.post = post;
        this.pauseMillis = pauseMillis;
        this.random = new Random(seed);
    }

    /** Sends requests until then, finishes the last one, and returns all exchanges in their order. */
    List<Exchange> until(long endNanos) throws InterruptedException {
        while (pause(endNanos)) {
            long start = System.nanoTime();
            try (HttpConnection connection = HttpConnection.to(port)) {
                while (exchange(connection, start) && pause(endNanos)) {
                    start = System.nanoTime();
                }
            } catch (IOException e) {
                exchanges.add(new Exchange(Exchange.LOST, start, System.nanoTime()));
            }
        }
        return exchanges;
    }

    private boolean exchange(HttpConnection connection, long start) throws IOException {
        HttpReply answer = post.exchange(connection);
        exchanges.add(new Exchange(answer.status(), start, System.nanoTime()));
        return answer.keepsAlive();
    }

    /** Whether there is time for another request after it. */
    private boolean pause(long endNanos) throws InterruptedException {
        if (pauseMillis > 0) {
            TimeUnit.MILLISECONDS.sleep(pauseMillis / 2 + random.nextInt(pauseMillis + 1));
        }
        return System.nanoTime() < endNanos;
    }
}
