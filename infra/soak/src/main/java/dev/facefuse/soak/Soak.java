package dev.facefuse.soak;

import dev.facefuse.bench.HttpConnection;
import dev.facefuse.bench.HttpReply;
import dev.facefuse.soak.Journal.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * A run: random actors, an attack by {@link SlowClients} and a {@link LivenessProbe} use one server at the same time. Then the actors stop,
 * and the server receives SIGTERM while it fuses and the slow clients are still connected.
 *
 * @param jar the program
 * @param actors at a time
 * @param seed of the random choice of actors and requests; the timing is not reproducible
 */
record Soak(Path jar, long seconds, int actors, long seed) {
    private static final int SLOW_CLIENTS = 45;
    private static final int MOST_PAUSE_MILLIS = 150;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final int MOST_ATTEMPTS = 300;

    /**
     * Runs the load.
     *
     * @param log file of the server's log
     * @throws IOException if the server does not start
     */
    Observed run(Path log) throws IOException, InterruptedException {
        Corpus corpus = Corpus.make();
        Journal journal = new Journal();
        List<Vital> vitals = Collections.synchronizedList(new ArrayList<>());
        try (SoakedServer server = SoakedServer.start(jar, log)) {
            requireHealthy(server.port());
            long start = System.nanoTime();
            SlowClients attack = new SlowClients(server.port(), SLOW_CLIENTS, journal, start);
            Thread attacker = new Thread(attack, "slow clients");
            attacker.start();
            try {
                load(server, corpus, journal, vitals, start);
                double lasted = (System.nanoTime() - start) / NANOS_PER_SECOND;
                Map<String, Double> metrics = settled(server);
                long peak = Vital.peakResidentBytes(server.process().pid());
                boolean endedWell = endInFlight(server, corpus, journal);
                long end = System.nanoTime();
                int exitCode = server.process().exitCode();
                double endSeconds = (System.nanoTime() - end) / NANOS_PER_SECOND;
                return new Observed(
                        lasted,
                        journal.entries(),
                        journal.faults(),
                        List.copyOf(vitals),
                        metrics,
                        peak,
                        server.errors(),
                        endedWell,
                        exitCode,
                        endSeconds);
            } finally {
                attack.end();
                attacker.join();
            }
        }
    }

    /** Asks for readiness and liveness once, as an orchestrator does before it sends traffic. */
    private static void requireHealthy(int port) throws IOException {
        for (String probe : List.of("readiness", "liveness")) {
            try (HttpConnection connection = HttpConnection.to(port)) {
                connection.send("GET /actuator/health/" + probe + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
                int status = connection.receive().status();
                if (status != HttpReply.OK) {
                    throw new IOException("The server has started, but its " + probe + " is answered with " + status);
                }
            }
        }
    }

    private void load(SoakedServer server, Corpus corpus, Journal journal, List<Vital> vitals, long start)
            throws InterruptedException {
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService threads = Executors.newCachedThreadPool();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < actors; i++) {
            Random random = new Random(seed * 1000 + i);
            Actor.Stage stage = new Actor.Stage(server.port(), corpus, journal, random);
            List<Actor> first = everyNth(i);
            running.add(threads.submit(() -> {
                first.forEach(actor -> act(actor, stage, start));
                while (System.nanoTime() < end) {
                    act(Actor.any(random), stage, start);
                    stage.pause(random.nextInt(MOST_PAUSE_MILLIS));
                }
            }));
        }
        running.add(threads.submit(new LivenessProbe(server.port(), journal, start, end)));
        running.add(threads.submit(() -> watch(server, vitals, start, end)));
        threads.shutdown();
        for (Future<?> each : running) {
            try {
                each.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Each thread begins with its share of the actors, so that a short run has each of them once. */
    private List<Actor> everyNth(int share) {
        List<Actor> all = List.of(Actor.values());
        return IntStream.range(0, all.size())
                .filter(at -> at % actors == share)
                .mapToObj(all::get)
                .toList();
    }

    private static void act(Actor actor, Actor.Stage stage, long start) {
        long began = System.nanoTime();
        int status = Actor.NONE;
        try {
            status = actor.act(stage);
        } catch (IOException e) {
            stage.journal().fault("One who " + actor.label() + " has no answer: " + e);
        } catch (Actor.Fault e) {
            stage.journal().fault("One who " + actor.label() + ": " + e.getMessage());
        }
        long now = System.nanoTime();
        stage.journal()
                .add(new Entry(
                        actor.label(), (began - start) / NANOS_PER_SECOND, (now - began) / NANOS_PER_MILLI, status));
    }

    /** Samples the process once a second. */
    private static void watch(SoakedServer server, List<Vital> vitals, long start, long end) {
        while (System.nanoTime() < end) {
            try {
                vitals.add(Vital.of(server.process().pid(), (System.nanoTime() - start) / NANOS_PER_SECOND));
            } catch (IOException e) {
                return; // The process has ended; the actors report that.
            }
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        }
    }

    /** The metrics when no fusion runs any more, or after a minute. */
    private static Map<String, Double> settled(SoakedServer server) throws IOException {
        long start = System.nanoTime();
        Map<String, Double> metrics = server.metrics();
        while (metrics.getOrDefault("facefuse_admission_fusing", 0.0) > 0 && System.nanoTime() - start < SETTLE_NANOS) {
            LockSupport.parkNanos(LOOK_NANOS);
            metrics = server.metrics();
        }
        return metrics;
    }

    /** Whether a request that was admitted before SIGTERM has a complete response. */
    private static boolean endInFlight(SoakedServer server, Corpus corpus, Journal journal) {
        Corpus.Form form = corpus.good().get(0);
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            try (HttpConnection connection = HttpConnection.to(server.port())) {
                connection.send(form.head("image/jpeg", "Expect: 100-continue"));
                if (connection.receive().status() == HttpReply.CONTINUE) {
                    server.process().terminate();
                    connection.send(form.body());
                    return connection.receive().status() == HttpReply.OK;
                }
            } catch (IOException e) {
                journal.fault("In flight at the end: " + e);
                return false;
            }
            LockSupport.parkNanos(LOOK_NANOS); // Slow clients are admitted until their deadline.
        }
        journal.fault("In flight at the end: no place is free");
        return false;
    }
}
