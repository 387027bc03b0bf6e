package dev.facefuse.function;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.function.http.HttpServer;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Many clients against one permit: the server with the real engine, and clients in this process that come back after a pause
 * whatever {@code Retry-After} says. Prints what the figures of the README are made of; ends with 1 if an answer was lost or is
 * neither 200 nor 429.
 *
 * <p>Arguments: seconds (60), clients (64), pause after an answer in milliseconds (100), {@code unasked} (the default) or
 * {@code asked}: see {@link Upload}.
 */
public final class BusyMain {
    private static final int TIMEOUT_MS = 60_000;
    private static final int LONGEST_LINE_BYTES = 8192;
    private static final double NANOS_PER_MS = 1e6;
    private static final int WANTED_MS = 20;
    private static final double BYTES_PER_MIB = 1 << 20;

    private static volatile Engine engine;

    private BusyMain() {}

    /** When a client sends its body. */
    enum Upload {
        /** With the head, whatever the answer will be; a refusal is read after it. */
        UNASKED,
        /** When the server asks for it: {@code Expect: 100-continue}. A refusal ends the connection, and nothing is sent in vain. */
        ASKED
    }

    /** Runs and exits. */
    public static void main(String[] arguments) throws Exception {
        boolean held = run(
                argument(arguments, 0, 60), argument(arguments, 1, 64), argument(arguments, 2, 100), upload(arguments));
        // Not a plain return: libtorch's threads are not the JVM's to end.
        System.exit(held ? 0 : 1);
    }

    /** Runs; whether no answer was lost and each was 200 or 429. */
    static boolean run(int seconds, int clients, int pauseMs, Upload upload) throws Exception {
        Path logs = Files.createTempDirectory("busy");
        Map<String, Object> settings = Map.of(
                "server.port",
                0,
                "facefuse.admission.permits",
                1,
                "server.tomcat.accesslog.enabled",
                true,
                "server.tomcat.accesslog.directory",
                logs,
                "server.tomcat.accesslog.pattern",
                "%s %{begin:msec}t %D");
        boolean held;
        long start;
        try (HttpServer server = HttpServer.start(settings, BusyMain::open)) {
            start = System.currentTimeMillis();
            held = drive(server.port(), seconds, clients, pauseMs, upload);
        }
        List<Answer> inside = inside(logs);
        print("429, from its first byte in the server to the answer's last: %s", times(inside));
        printWarm(inside, TimeUnit.MILLISECONDS.toNanos(start + TimeUnit.SECONDS.toMillis(seconds) / 4));
        return held;
    }

    /** What the server says of its refusals, by its own clock. */
    private static List<Answer> inside(Path logs) throws IOException {
        List<Answer> refusals = new ArrayList<>();
        try (Stream<Path> files = Files.list(logs)) {
            for (Path file : files.toList()) {
                for (String line : Files.readAllLines(file)) {
                    String[] values = line.split(" ", -1);
                    if (values[0].equals("429")) {
                        refusals.add(new Answer(
                                429,
                                TimeUnit.MILLISECONDS.toNanos(Long.parseLong(values[1])),
                                TimeUnit.MICROSECONDS.toNanos(Long.parseLong(values[2]))));
                    }
                }
                Files.delete(file);
            }
        }
        Files.delete(logs);
        return refusals;
    }

    private static Engine open(EngineSettings settings) {
        engine = Engine.open(settings);
        return engine;
    }

    private static boolean drive(int port, int seconds, int clients, int pauseMs, Upload upload) throws Exception {
        byte[] body = body();
        byte[] head = head(body.length, upload);
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        ExecutorService threads = Executors.newFixedThreadPool(clients + 1);
        List<Future<Client>> running = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            Client client = new Client(port, head, body, upload);
            running.add(threads.submit(() -> client.run(end, pauseMs)));
        }
        Future<List<Answer>> late = threads.submit(() -> late(end));
        TimeUnit.SECONDS.sleep(seconds / 4);
        long quarter = engine.info().residentBytes();
        List<Client> done = new ArrayList<>();
        for (Future<Client> client : running) {
            done.add(client.get());
        }
        long last = engine.info().residentBytes();
        threads.shutdown();
        boolean held = report(done, seconds, pauseMs, start + (end - start) / 4);
        print("a sleep of 1 ms is late by %s: the machine's own share", times(late.get()));
        print(
                "resident: %.1f MiB at 25 %%, %.1f MiB at 100 %% (%.3f); live heap at the end %.1f MiB",
                quarter / BYTES_PER_MIB, last / BYTES_PER_MIB, (double) last / quarter, liveHeap() / BYTES_PER_MIB);
        return held;
    }

    /** How late a thread runs that wants nothing but to run: what other processes and the collector take from everybody. */
    private static List<Answer> late(long end) throws InterruptedException {
        List<Answer> late = new ArrayList<>();
        for (long start = System.nanoTime(); start < end; start = System.nanoTime()) {
            TimeUnit.MILLISECONDS.sleep(1);
            late.add(new Answer(0, start, System.nanoTime() - start - TimeUnit.MILLISECONDS.toNanos(1)));
        }
        return late;
    }

    private static boolean report(List<Client> clients, int seconds, int pauseMs, long warmFrom) {
        int sent = clients.stream().mapToInt(client -> client.sent).sum();
        Map<Integer, List<Answer>> answers = clients.stream()
                .flatMap(client -> client.answers.stream())
                .collect(Collectors.groupingBy(Answer::status, TreeMap::new, Collectors.toList()));
        int answered = answers.values().stream().mapToInt(List::size).sum();
        int good = answers.getOrDefault(200, List.of()).size();
        int busy = answers.getOrDefault(429, List.of()).size();
        print(
                "%d clients, %d s, %d ms pause: %d sent, %d lost",
                clients.size(), seconds, pauseMs, sent, sent - answered);
        answers.forEach((status, all) -> {
            print("%d: %d answers, %s", status, all.size(), times(all));
            printWarm(all, warmFrom);
        });
        return sent == answered && answered == good + busy && good > 0;
    }

    private static void printWarm(List<Answer> answers, long from) {
        print(
                "     after the first quarter %s",
                times(answers.stream().filter(answer -> answer.start >= from).toList()));
    }

    private static String times(List<Answer> answers) {
        long[] nanos = answers.stream().mapToLong(Answer::nanos).sorted().toArray();
        return String.format(
                Locale.ROOT,
                "p50 %.1f ms, p99 %.1f ms, longest %.1f ms, %d over 20 ms",
                quantile(nanos, 0.5),
                quantile(nanos, 0.99),
                quantile(nanos, 1),
                Arrays.stream(nanos).filter(n -> n > WANTED_MS * NANOS_PER_MS).count());
    }

    private static double quantile(long[] sorted, double share) {
        return sorted.length == 0
                ? Double.NaN
                : sorted[(int) Math.min(sorted.length - 1L, Math.round(share * sorted.length))] / NANOS_PER_MS;
    }

    private static long liveHeap() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    private record Answer(int status, long start, long nanos) {}

    private static void print(String line, Object... values) {
        System.out.println(String.format(Locale.ROOT, line, values));
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return arguments.length > index ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static Upload upload(String[] arguments) {
        return arguments.length > 3 ? Upload.valueOf(arguments[3].toUpperCase(Locale.ROOT)) : Upload.UNASKED;
    }

    private static byte[] head(int bodyLength, Upload upload) {
        List<String> lines = new ArrayList<>(List.of(
                "POST /fuse HTTP/1.1",
                "Host: localhost",
                "Accept: image/*",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Length: " + bodyLength));
        if (upload == Upload.ASKED) {
            lines.add("Expect: 100-continue");
        }
        return (String.join("\r\n", lines) + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] body() throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        part(body, "template", "mona-lisa.jpg");
        part(body, "user", "astronaut.png");
        body.writeBytes("--x--\r\n".getBytes(StandardCharsets.US_ASCII));
        return body.toByteArray();
    }

    private static void part(ByteArrayOutputStream body, String name, String sample) throws IOException {
        body.writeBytes(("--x\r\nContent-Disposition: form-data; name=\"" + name + "\"; filename=\"x\"\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        try (InputStream picture = BusyMain.class.getResourceAsStream("/dev/facefuse/models/samples/" + sample)) {
            body.writeBytes(Objects.requireNonNull(picture).readAllBytes());
        }
        body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    /** One connection, kept alive; no retries behind the scenes, so that nothing lost is hidden. */
    private static final class Client {
        private final int port;
        private final byte[] head;
        private final byte[] body;
        private final Upload upload;
        private final List<Answer> answers = new ArrayList<>();
        private final byte[] line = new byte[LONGEST_LINE_BYTES];
        private int sent;
        private long start;

        private Client(int port, byte[] head, byte[] body, Upload upload) {
            this.port = port;
            this.head = head;
            this.body = body;
            this.upload = upload;
        }

        private Client run(long end, int pauseMs) throws InterruptedException {
            while (System.nanoTime() < end) {
                begin();
                try (Socket socket = new Socket("localhost", port)) {
                    socket.setSoTimeout(TIMEOUT_MS);
                    socket.setTcpNoDelay(true);
                    InputStream answers = new BufferedInputStream(socket.getInputStream());
                    boolean open = exchange(answers, socket.getOutputStream());
                    TimeUnit.MILLISECONDS.sleep(pauseMs);
                    while (open && System.nanoTime() < end) {
                        begin();
                        open = exchange(answers, socket.getOutputStream());
                        TimeUnit.MILLISECONDS.sleep(pauseMs);
                    }
                } catch (IOException e) {
                    System.err.println("Lost: " + e);
                }
            }
            return this;
        }

        /** Connecting, where a request has to, is part of it. */
        private void begin() {
            sent++;
            start = System.nanoTime();
        }

        /** Sends a request and reads its answer to the end; whether another may follow it. */
        private boolean exchange(InputStream in, OutputStream out) throws IOException {
            out.write(head);
            if (upload == Upload.UNASKED) {
                out.write(body);
                return answer(status(in), in);
            }
            int status = status(in);
            if (status == 100) {
                line(in);
                out.write(body);
                status = status(in);
            }
            return answer(status, in);
        }

        private int status(InputStream in) throws IOException {
            return Integer.parseInt(line(in).substring(9, 12));
        }

        private boolean answer(int status, InputStream in) throws IOException {
            int length = 0;
            boolean chunked = false;
            boolean open = true;
            for (String header = line(in); !header.isEmpty(); header = line(in)) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(lower.substring(15).strip());
                }
                chunked |= lower.equals("transfer-encoding: chunked");
                open &= !lower.equals("connection: close");
            }
            if (chunked) {
                for (int size = -1; size != 0; ) {
                    size = Integer.parseInt(line(in), 16);
                    in.skipNBytes(size);
                    line(in);
                }
            } else {
                in.skipNBytes(length);
            }
            answers.add(new Answer(status, start, System.nanoTime() - start));
            return open;
        }

        private String line(InputStream in) throws IOException {
            int length = 0;
            for (int c = in.read(); c != '\n'; c = in.read()) {
                if (c < 0) {
                    throw new EOFException("The connection ended within an answer");
                }
                line[length++] = (byte) c;
            }
            return new String(line, 0, Math.max(0, length - 1), StandardCharsets.ISO_8859_1);
        }
    }
}
