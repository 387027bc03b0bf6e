package dev.facefuse.function.storage;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on the loopback that answers as a test wants it to, and remembers what it was asked. */
final class StubServer implements AutoCloseable {
    final List<String> requests = new CopyOnWriteArrayList<>();
    final List<String> hosts = new CopyOnWriteArrayList<>();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    StubServer(Answer answer) {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI endpoint() {
        return URI.create("http://127.0.0.1:" + port());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    interface Answer {
        void to(HttpExchange exchange) throws IOException;

        static Answer bytes(byte[] body) {
            return exchange -> {
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            };
        }

        static Answer status(int status) {
            return exchange -> exchange.sendResponseHeaders(status, -1);
        }

        static Answer redirect(String to) {
            return exchange -> {
                exchange.getResponseHeaders().add("Location", to);
                exchange.sendResponseHeaders(302, -1);
            };
        }

        /** Bytes without end and without a declared length. */
        static Answer endless() {
            return exchange -> {
                exchange.sendResponseHeaders(200, 0);
                pour(exchange);
            };
        }

        /** Writes until nobody reads. */
        static void pour(HttpExchange exchange) throws IOException {
            byte[] some = new byte[1 << 16];
            while (true) {
                exchange.getResponseBody().write(some);
            }
        }

        /** Says how much will come, and sends less. */
        static Answer truncated(long declared, byte[] body) {
            return exchange -> {
                exchange.sendResponseHeaders(200, declared);
                exchange.getResponseBody().write(body);
                exchange.getResponseBody().flush();
            };
        }
    }
}
