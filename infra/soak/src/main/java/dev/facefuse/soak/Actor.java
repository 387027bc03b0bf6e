package dev.facefuse.soak;

import dev.facefuse.bench.HttpConnection;
import dev.facefuse.bench.HttpReply;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** A kind of client behaviour, correct or not. Each act uses its own connection. */
enum Actor {
    /** Sends two pictures and waits for the result. */
    FUSES(24) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            return stage.picture(form, stage.send(form, PICTURE));
        }
    },
    /** Sends two pictures with {@code Expect: 100-continue}, and the body only when the server asks for it. */
    ASKS(6) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE, "Expect: 100-continue"));
                HttpReply first = connection.receive();
                if (first.status() != HttpReply.CONTINUE) {
                    return stage.require(first, HttpReply.BUSY);
                }
                connection.send(form.body());
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Sends pictures as JSON and receives JSON. */
    SENDS_JSON(6) {
        @Override
        int act(Stage stage) throws IOException {
            HttpReply reply = stage.send(stage.any(stage.corpus().json()), "application/json");
            if (reply.status() == HttpReply.OK && !reply.text().contains("\"report\"")) {
                throw new Fault("JSON without a report");
            }
            return stage.require(reply, HttpReply.OK, HttpReply.BUSY);
        }
    },
    /** Sends something that the server must refuse. */
    ERRS(14) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().bad());
            HttpReply reply = stage.send(form, PICTURE);
            if (reply.status() != HttpReply.BUSY
                    && !reply.header("content-type").startsWith("application/problem+json")) {
                throw new Fault(form.name() + " is answered with " + reply.status() + " and no problem");
            }
            return stage.require(reply, 400, 413, 415, 422, HttpReply.BUSY, UNAVAILABLE);
        }
    },
    /** Declares a body that is far too large. */
    ANNOUNCES_TOO_MUCH(4) {
        @Override
        int act(Stage stage) throws IOException {
            try (HttpConnection connection = stage.connect()) {
                connection.send(
                        post("/fuse", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 900000000"));
                return stage.require(connection.receive(), 413, HttpReply.BUSY);
            }
        }
    },
    /** Sends a body that is far too large in chunks, without a declared length. */
    SENDS_TOO_MUCH(2) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] chunk = new byte[CHUNK];
            try (HttpConnection connection = stage.connect()) {
                connection.send(post("/fuse", "Content-Type: application/json", "Transfer-Encoding: chunked"));
                try {
                    for (int i = 0; i < CHUNKS; i++) {
                        connection.send(Integer.toHexString(CHUNK) + "\r\n");
                        connection.send(chunk);
                        connection.send("\r\n");
                    }
                    connection.send("0\r\n\r\n");
                    return stage.require(connection.receive(), 400, 413, HttpReply.BUSY);
                } catch (SocketException | EOFException closed) {
                    return NONE; // The server closed the connection of a client that does not stop.
                }
            }
        }
    },
    /** Sends its pictures slowly, in small pieces. */
    TRICKLES(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            byte[] body = form.body();
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                try {
                    for (int i = 0; i < PIECES; i++) {
                        int from = (int) ((long) body.length * i / PIECES);
                        int to = (int) ((long) body.length * (i + 1) / PIECES);
                        connection.send(body, from, to - from);
                        stage.pause(PIECE_MILLIS);
                    }
                } catch (SocketException refused) {
                    return NONE; // The server refused the request while the client still sent its body.
                }
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Stops in the middle of the body and keeps the connection. */
    STALLS(1) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body(), 0, form.length() / 2);
                try {
                    return stage.require(connection.receive(), 400, 408, HttpReply.BUSY);
                } catch (SocketException | EOFException closed) {
                    return NONE;
                }
            }
        }
    },
    /** Sends everything and disconnects before the response. */
    LEAVES(8) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body());
                stage.pause(stage.random().nextInt(LEAVES_MILLIS));
                return NONE;
            }
        }
    },
    /** Disconnects in the middle of the body. */
    BREAKS_OFF(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body(), 0, stage.random().nextInt(form.length()));
                return NONE;
            }
        }
    },
    /** Closes its half of the connection, then reads the response. */
    HALF_CLOSES(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body());
                connection.endSending();
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Receives the stages of a fusion as server-sent events. */
    FOLLOWS(6) {
        @Override
        int act(Stage stage) throws IOException {
            HttpReply reply = stage.send(stage.any(stage.corpus().good()), "text/event-stream");
            String text = reply.text();
            if (reply.status() == HttpReply.OK
                    && !(text.startsWith("event: stage\n") && text.contains("\nevent: result\n"))) {
                throw new Fault("Events without a stage or a result");
            }
            return stage.require(reply, HttpReply.OK, HttpReply.BUSY);
        }
    },
    /** Receives server-sent events and disconnects before the end. */
    STOPS_FOLLOWING(4) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head("text/event-stream"));
                connection.send(form.body());
                if (!connection.receiveLine().startsWith("HTTP/1.1 200")) {
                    return HttpReply.BUSY;
                }
                while (!connection.receiveLine().startsWith("event: ")) {
                    // The rest of the head, and the length of the first chunk.
                }
                return NONE;
            }
        }
    },
    /** Requests the page, health and metrics on one connection. */
    LOOKS(6) {
        @Override
        int act(Stage stage) throws IOException {
            try (HttpConnection connection = stage.connect()) {
                int status = NONE;
                for (String path : List.of("/", "/actuator/health/liveness", "/actuator/prometheus")) {
                    connection.send(
                            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER + "\r\n");
                    status = stage.require(connection.receive(), HttpReply.OK);
                }
                return status;
            }
        }
    },
    /** Requests paths and methods that do not exist, on one connection. */
    WANDERS(4) {
        @Override
        int act(Stage stage) throws IOException {
            try (HttpConnection connection = stage.connect()) {
                int status = NONE;
                for (int i = 0; i < WAYS; i++) {
                    connection.send("GET /nothing-" + i + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER
                            + "\r\n");
                    stage.require(connection.receive(), 404);
                    connection.send("PUT /fuse HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER
                            + "Content-Length: 0\r\n\r\n");
                    status = stage.require(connection.receive(), 405);
                }
                return status;
            }
        }
    },
    /** Sends random bytes in place of HTTP. */
    BABBLES(3) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] noise = new byte[NOISE];
            stage.random().nextBytes(noise);
            try (HttpConnection connection = stage.connect()) {
                try {
                    connection.send(noise);
                    connection.send("\r\n\r\n");
                    connection.endSending();
                    return stage.require(connection.receive(), 400, 404, 405, 501, 505);
                } catch (SocketException | EOFException closed) {
                    return NONE;
                }
            }
        }
    },
    /** Sends the largest pictures that are allowed, as a form or as JSON, which test the memory limit. */
    SENDS_LARGE_PICTURES(3) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().large());
            try {
                return stage.require(stage.send(form, "application/json"), HttpReply.OK, HttpReply.BUSY);
            } catch (SocketException | EOFException closed) {
                return NONE; // The server rejected it and closed the connection before all of it was sent.
            }
        }
    },
    /** Sends an event with thousands of uploads, or with a megabyte of invalid records. */
    FORGES_EVENTS(3) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] event = stage.any(stage.corpus().forgedEvents());
            try (HttpConnection connection = stage.connect()) {
                connection.send(post("/events", "Content-Type: application/json", "Content-Length: " + event.length));
                connection.send(event);
                return stage.require(connection.receive(), 400, 413, 422, HttpReply.BUSY, UNAVAILABLE);
            } catch (SocketException | EOFException closed) {
                return NONE;
            }
        }
    },
    /** Sends the requests of a web page of another site, with its origin or its fetch metadata. */
    ATTACKS_FROM_A_WEB_SITE(3) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (HttpConnection connection = stage.connect()) {
                connection.send(form.head(PICTURE, stage.any(FOREIGN)));
                return stage.require(connection.receive(), FORBIDDEN);
            }
        }
    };

    /** The status if there is no response and none was expected. */
    static final int NONE = 0;

    private static final int FORBIDDEN = 403;
    private static final int UNAVAILABLE = 503;
    private static final List<String> FOREIGN = List.of("Origin: https://evil.example", "Sec-Fetch-Site: cross-site");
    private static final String PICTURE = "image/png, image/jpeg, image/webp, image/bmp, image/tiff";
    private static final int CHUNK = 1 << 20;
    private static final int CHUNKS = 110;
    private static final int PIECES = 20;
    private static final int PIECE_MILLIS = 100;
    private static final int LEAVES_MILLIS = 600;
    private static final int WAYS = 5;
    private static final int NOISE = 300;

    private final int weight;

    Actor(int weight) {
        this.weight = weight;
    }

    /**
     * Acts once.
     *
     * @return the last response's status; {@link #NONE} if there was none and none was expected
     * @throws IOException if an expected response is missing or incomplete
     * @throws Fault if a response is wrong
     */
    abstract int act(Stage stage) throws IOException;

    private static String post(String path, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** A random behaviour; its weight is its probability. */
    static Actor any(RandomGenerator random) {
        int all = 0;
        for (Actor actor : values()) {
            all += actor.weight;
        }
        int at = random.nextInt(all);
        for (Actor actor : values()) {
            at -= actor.weight;
            if (at < 0) {
                return actor;
            }
        }
        throw new IllegalStateException();
    }

    /** A wrong response. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }
    }

    /**
     * The resources of an actor.
     *
     * @param random its own
     */
    record Stage(int port, Corpus corpus, Journal journal, RandomGenerator random) {
        HttpConnection connect() throws IOException {
            return HttpConnection.to(port);
        }

        /** Sends a whole form and waits for the response. */
        HttpReply send(Corpus.Form form, String accept) throws IOException {
            try (HttpConnection connection = connect()) {
                connection.send(form.head(accept));
                connection.send(form.body());
                return connection.receive();
            }
        }

        <T> T any(List<T> all) {
            return all.get(random.nextInt(all.size()));
        }

        void pause(int millis) {
            try {
                Thread.sleep(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        /** Returns the response's status, which must be one of these. */
        int require(HttpReply reply, Integer... statuses) {
            if (!Set.of(statuses).contains(reply.status())) {
                throw new Fault("answered with " + reply.status() + ": "
                        + reply.text().lines().findFirst().orElse(""));
            }
            return reply.status();
        }

        /** Returns the status of a picture, which must be the same for each equal request, or of a refusal with 429. */
        int picture(Corpus.Form form, HttpReply reply) {
            if (reply.status() == HttpReply.OK) {
                if (!reply.header("content-type").startsWith("image/")) {
                    throw new Fault(form.name() + " is answered with " + reply.header("content-type"));
                }
                journal.picture(form.name(), reply.bytes());
            }
            return require(reply, HttpReply.OK, HttpReply.BUSY);
        }
    }
}
