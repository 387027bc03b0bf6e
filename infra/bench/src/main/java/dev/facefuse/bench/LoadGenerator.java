package dev.facefuse.bench;

import dev.facefuse.bench.FusePost.Upload;
import dev.facefuse.bench.LoadClient.Exchange;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Clients that send requests to one server at the same time.
 *
 * @param pauseMillis of a client between an answer and its next request, on average; 0 for none
 */
record LoadGenerator(ServerProcess server, int clients, Upload upload, int pauseMillis) {
    private static final double NANOS_PER_MILLI = 1e6;

    /** Sends requests for so many seconds and returns all exchanges. */
    List<Exchange> exchanges(int seconds) throws IOException, InterruptedException, ExecutionException {
        FusePost post = FusePost.of(SamplePictures.monaLisa(), SamplePictures.user(), upload);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService threads = Executors.newFixedThreadPool(clients);
        try {
            List<Future<List<Exchange>>> running = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                LoadClient client = new LoadClient(server.port(), post, pauseMillis, i);
                running.add(threads.submit(() -> client.until(end)));
            }
            List<Exchange> exchanges = new ArrayList<>();
            for (Future<List<Exchange>> client : running) {
                exchanges.addAll(client.get());
            }
            return exchanges;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Sends requests for so many seconds and summarizes them, with the load of the machine. */
    Load load(int seconds) throws IOException, InterruptedException, ExecutionException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService watch = Executors.newSingleThreadExecutor();
        try {
            Future<Latencies> lateness = watch.submit(() -> lateness(end));
            MachineLoad.Ticks before = MachineLoad.Ticks.now();
            long clientsBefore = clientsTicks();
            long serverBefore = server.cpuTicks();
            List<Exchange> exchanges = exchanges(seconds);
            long clientsTicks = clientsTicks() - clientsBefore;
            long serverTicks = server.cpuTicks() - serverBefore;
            MachineLoad.Ticks after = MachineLoad.Ticks.now();
            double all = Math.max(1, after.total() - before.total());
            return new Load(
                    clients,
                    upload,
                    Load.count(exchanges),
                    Load.resultsPerSecond(exchanges),
                    Load.latencies(exchanges, HttpReply.OK),
                    Load.latencies(exchanges, HttpReply.BUSY),
                    lateness.get(),
                    clientsTicks / all,
                    serverTicks / all,
                    before.until(after, clientsTicks + serverTicks));
        } finally {
            watch.shutdownNow();
        }
    }

    private static long clientsTicks() throws IOException {
        return ProcessFigures.of(ProcessHandle.current().pid()).cpuTicks();
    }

    /** The delay of a thread that sleeps for a millisecond: the time that any thread waits for a processor. */
    private static Latencies lateness(long endNanos) throws InterruptedException {
        List<Double> late = new ArrayList<>();
        for (long start = System.nanoTime(); start < endNanos; start = System.nanoTime()) {
            TimeUnit.MILLISECONDS.sleep(1);
            late.add((System.nanoTime() - start) / NANOS_PER_MILLI - 1);
        }
        return Latencies.of(late);
    }
}
