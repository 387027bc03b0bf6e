package dev.facefuse.soak;

import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Somebody who uses the server, well or badly, again and again. Each act is on a connection of its own. */
enum Actor {
    /** Sends two pictures and waits for the result. */
    FUSES(24) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            return stage.picture(form, stage.send(form, PICTURE));
        }
    },
    /** The same, and sends nothing before the server asks for it. */
    ASKS(6) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE, "Expect: 100-continue"));
                Reply first = connection.receive();
                if (first.status() != Reply.CONTINUE) {
                    return stage.require(first, BUSY);
                }
                connection.send(form.body());
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Sends pictures as JSON, and gets one. */
    SENDS_JSON(6) {
        @Override
        int act(Stage stage) throws IOException {
            Reply reply = stage.send(stage.any(stage.corpus().json()), "application/json");
            if (reply.status() == OK && !reply.body().text().contains("\"report\"")) {
                throw new Fault("JSON without a report");
            }
            return stage.require(reply, OK, BUSY);
        }
    },
    /** Sends something that is to be refused. */
    ERRS(14) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().bad());
            Reply reply = stage.send(form, PICTURE);
            if (reply.status() != BUSY && !reply.header("content-type").startsWith("application/problem+json")) {
                throw new Fault(form.name() + " is answered with " + reply.status() + " and no problem");
            }
            return stage.require(reply, 400, 413, 415, 422, BUSY, UNAVAILABLE);
        }
    },
    /** Says that far too much will come. */
    ANNOUNCES_TOO_MUCH(4) {
        @Override
        int act(Stage stage) throws IOException {
            try (Connection connection = stage.connect()) {
                connection.send(
                        post("/fuse", "Content-Type: multipart/form-data; boundary=x", "Content-Length: 900000000"));
                return stage.require(connection.receive(), 413, BUSY);
            }
        }
    },
    /** Sends far too much, without saying how much. */
    SENDS_TOO_MUCH(2) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] chunk = new byte[CHUNK];
            try (Connection connection = stage.connect()) {
                connection.send(post("/fuse", "Content-Type: application/json", "Transfer-Encoding: chunked"));
                try {
                    for (int i = 0; i < CHUNKS; i++) {
                        connection.send(Integer.toHexString(CHUNK) + "\r\n");
                        connection.send(chunk);
                        connection.send("\r\n");
                    }
                    connection.send("0\r\n\r\n");
                    return stage.require(connection.receive(), 400, 413, BUSY);
                } catch (SocketException | EOFException closed) {
                    return NONE; // It was closed on somebody who does not stop.
                }
            }
        }
    },
    /** Has a bad line: its pictures trickle in. */
    TRICKLES(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            byte[] body = form.body();
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                try {
                    for (int i = 0; i < PIECES; i++) {
                        int from = (int) ((long) body.length * i / PIECES);
                        int to = (int) ((long) body.length * (i + 1) / PIECES);
                        connection.send(body, from, to - from);
                        stage.pause(PIECE_MILLIS);
                    }
                } catch (SocketException refused) {
                    return NONE; // While it sent what nobody had asked for.
                }
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Stops in the middle, and stays. */
    STALLS(1) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body(), 0, form.length() / 2);
                try {
                    return stage.require(connection.receive(), 400, 408, BUSY);
                } catch (SocketException | EOFException closed) {
                    return NONE;
                }
            }
        }
    },
    /** Sends everything and does not wait. */
    LEAVES(8) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body());
                stage.pause(stage.random().nextInt(LEAVES_MILLIS));
                return NONE;
            }
        }
    },
    /** Is gone in the middle of its pictures. */
    BREAKS_OFF(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body(), 0, stage.random().nextInt(form.length()));
                return NONE;
            }
        }
    },
    /** Closes its half of the connection, and reads on the other. */
    HALF_CLOSES(5) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE));
                connection.send(form.body());
                connection.endSending();
                return stage.picture(form, connection.receive());
            }
        }
    },
    /** Follows a fusion as it goes. */
    FOLLOWS(6) {
        @Override
        int act(Stage stage) throws IOException {
            Reply reply = stage.send(stage.any(stage.corpus().good()), "text/event-stream");
            String text = reply.body().text();
            if (reply.status() == OK && !(text.startsWith("event: stage\n") && text.contains("\nevent: result\n"))) {
                throw new Fault("Events without a stage or a result");
            }
            return stage.require(reply, OK, BUSY);
        }
    },
    /** Follows a fusion, and is gone before its end. */
    STOPS_FOLLOWING(4) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head("text/event-stream"));
                connection.send(form.body());
                if (!connection.receiveLine().startsWith("HTTP/1.1 200")) {
                    return BUSY;
                }
                while (!connection.receiveLine().startsWith("event: ")) {
                    // The rest of the head, and the length of the first chunk.
                }
                return NONE;
            }
        }
    },
    /** Looks at the page, at health and at the metrics, on one connection. */
    LOOKS(6) {
        @Override
        int act(Stage stage) throws IOException {
            try (Connection connection = stage.connect()) {
                int status = NONE;
                for (String path : List.of("/", "/actuator/health/liveness", "/actuator/prometheus")) {
                    connection.send(
                            "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER + "\r\n");
                    status = stage.require(connection.receive(), OK);
                }
                return status;
            }
        }
    },
    /** Asks for what there is not, again and again on one connection. */
    WANDERS(4) {
        @Override
        int act(Stage stage) throws IOException {
            try (Connection connection = stage.connect()) {
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
    /** Speaks no HTTP. */
    BABBLES(3) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] noise = new byte[NOISE];
            stage.random().nextBytes(noise);
            try (Connection connection = stage.connect()) {
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
    /** Sends the largest pictures that are allowed, as a form or as JSON: what a memory limit has to hold. */
    SENDS_LARGE_PICTURES(3) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().large());
            try {
                return stage.require(stage.send(form, "application/json"), OK, BUSY);
            } catch (SocketException | EOFException closed) {
                return NONE; // The server rejected it and closed the connection before all of it was sent.
            }
        }
    },
    /** Sends an event that lists thousands of uploads, or a megabyte of records that are none. */
    FORGES_EVENTS(3) {
        @Override
        int act(Stage stage) throws IOException {
            byte[] event = stage.any(stage.corpus().forgedEvents());
            try (Connection connection = stage.connect()) {
                connection.send(post("/events", "Content-Type: application/json", "Content-Length: " + event.length));
                connection.send(event);
                return stage.require(connection.receive(), 400, 413, 422, BUSY, UNAVAILABLE);
            } catch (SocketException | EOFException closed) {
                return NONE;
            }
        }
    },
    /** Is a web page of another site that uses the visitor's server: by its origin, by fetch metadata, by DNS rebinding. */
    ATTACKS_FROM_A_WEB_SITE(3) {
        @Override
        int act(Stage stage) throws IOException {
            Corpus.Form form = stage.any(stage.corpus().good());
            try (Connection connection = stage.connect()) {
                connection.send(form.head(PICTURE, stage.any(FOREIGN)));
                return stage.require(connection.receive(), FORBIDDEN);
            }
        }
    };

    /** Where there is no answer and none was owed. */
    static final int NONE = 0;

    static final int OK = 200;
    static final int BUSY = 429;
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
     * Does it once.
     *
     * @return the last answer's status; {@link #NONE} if there was none and none was owed
     * @throws IOException if an answer that was owed did not come whole
     * @throws Fault if it is another than it should be
     */
    abstract int act(Stage stage) throws IOException;

    private static String post(String path, String... headers) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + SoakedServer.KEY_HEADER
                + String.join("\r\n", headers) + "\r\n\r\n";
    }

    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    /** One by its weight. */
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

    /** An answer that is not what it should be. */
    static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }
    }

    /**
     * What an actor has.
     *
     * @param random its own
     */
    record Stage(int port, Corpus corpus, Journal journal, RandomGenerator random) {
        Connection connect() throws IOException {
            return Connection.to(port);
        }

        /** Sends all of a form at once, and waits for the answer. */
        Reply send(Corpus.Form form, String accept) throws IOException {
            try (Connection connection = connect()) {
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

        /** The answer's status, if it is one of these. */
        int require(Reply reply, Integer... statuses) {
            if (!Set.of(statuses).contains(reply.status())) {
                throw new Fault("answered with " + reply.status() + ": "
                        + reply.body().text().lines().findFirst().orElse(""));
            }
            return reply.status();
        }

        /** A picture, which is the same as every time, or the answer that there is no place. */
        int picture(Corpus.Form form, Reply reply) {
            if (reply.status() == OK) {
                if (!reply.header("content-type").startsWith("image/")) {
                    throw new Fault(form.name() + " is answered with " + reply.header("content-type"));
                }
                journal.picture(form.name(), reply.body().bytes());
            }
            return require(reply, OK, BUSY);
        }
    }
}
