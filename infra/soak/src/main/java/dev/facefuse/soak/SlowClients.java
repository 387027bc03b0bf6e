package dev.facefuse.soak;

import dev.facefuse.soak.Journal.Entry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * An attack that lasts for the whole run: clients that announce a body and send one byte of it every few seconds, on every kind
 * of path. Each client stays until the server ends the connection, and then connects again. One thread runs all clients.
 */
final class SlowClients implements Runnable {
    /** The name of these clients in the report. */
    static final String ACTOR = "sends a byte every few seconds";

    /** The server must end a slow connection within this time: twice the default deadline of a body, and the pause between two bytes. */
    private static final double LONGEST_SECONDS = 75;

    private static final long BYTE_NANOS = TimeUnit.SECONDS.toNanos(8);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final int STATUS = 9;
    private static final int STATUS_END = 12;
    private static final int ANSWER_BYTES = 8192;

    /** Request heads: rejected ones, admitted ones, and paths without a body. */
    private static final List<String> HEADS = List.of(
            "POST /fuse HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 80000000\r\n\r\n",
            withKey("POST /fuse", "Content-Type: application/json\r\nContent-Length: 50000000"),
            withKey("POST /fuse", "Content-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked"),
            withKey("POST /faces", "Content-Type: application/json\r\nContent-Length: 900"),
            withKey("POST /events", "Content-Type: application/json\r\nContent-Length: 90000"),
            withKey("POST /nothing", "Content-Length: 80000000"),
            withKey("PUT /fuse", "Content-Length: 1000"),
            "GET /actuator/health/liveness HTTP/1.1\r\nHost: localhost\r\nContent-Length: 80000000\r\n\r\n",
            "POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");

    private final int port;
    private final Journal journal;
    private final long start;
    private final List<Client> clients;
    private volatile boolean isOver;

    /**
     * Makes clients that are not connected yet.
     *
     * @param count of clients at a time
     * @param start of the run, as {@link System#nanoTime()}
     */
    SlowClients(int port, int count, Journal journal, long start) {
        this.port = port;
        this.journal = journal;
        this.start = start;
        this.clients = IntStream.range(0, count)
                .mapToObj(i -> new Client(HEADS.get(i % HEADS.size())))
                .toList();
    }

    private static String withKey(String line, String headers) {
        return line + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER + headers + "\r\n\r\n";
    }

    /** Runs until {@link #end}. */
    @Override
    public void run() {
        while (!isOver) {
            for (Client client : clients) {
                client.step();
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
        clients.forEach(Client::close);
    }

    /** Ends the attack. */
    void end() {
        isOver = true;
    }

    /** One connection after another. Confined to the attack's thread. */
    private final class Client {
        private final String head;
        private final ByteBuffer answer = ByteBuffer.allocate(ANSWER_BYTES);
        private @Nullable SocketChannel channel;
        private long connected;
        private long lastByte;

        Client(String head) {
            this.head = head;
        }

        void step() {
            long now = System.nanoTime();
            SocketChannel open = channel;
            try {
                if (open == null) {
                    channel = connect(now);
                } else if (open.read(answer) < 0 || !answer.hasRemaining()) {
                    finish(now);
                } else if (now - connected > LONGEST_SECONDS * NANOS_PER_SECOND) {
                    journal.fault("A slow client is still served after " + (int) LONGEST_SECONDS + " s: "
                            + head.lines().findFirst().orElse(""));
                    finish(now);
                } else if (now - lastByte > BYTE_NANOS) {
                    lastByte = now;
                    open.write(ByteBuffer.wrap(new byte[] {'1'}));
                }
            } catch (IOException reset) {
                finish(now);
            }
        }

        private SocketChannel connect(long now) throws IOException {
            SocketChannel fresh = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            fresh.configureBlocking(false);
            answer.clear();
            connected = now;
            lastByte = now;
            fresh.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.ISO_8859_1)));
            return fresh;
        }

        private void finish(long now) {
            close();
            journal.add(new Entry(
                    ACTOR,
                    (connected - start) / NANOS_PER_SECOND,
                    MILLIS_PER_SECOND * (now - connected) / NANOS_PER_SECOND,
                    status()));
        }

        /** The answer's status; {@link Actor#NONE} if none came. */
        private int status() {
            String text = new String(answer.array(), 0, answer.position(), StandardCharsets.ISO_8859_1);
            return text.matches("(?s)HTTP/1\\.1 \\d{3}.*")
                    ? Integer.parseInt(text.substring(STATUS, STATUS_END))
                    : Actor.NONE;
        }

        void close() {
            SocketChannel open = channel;
            channel = null;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException e) {
                // The connection is not needed any more.
            }
        }
    }
}
