package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.function.FakeEngine;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    @Test
    void acceptsAReadyServer() {
        try (HttpServer server =
                HttpServer.start(Map.of("server.port", 0, "logging.level.root", "OFF"), new FakeEngine()::open)) {
            assertThat(HealthCheck.ask(server.port())).isEmpty();
        }
    }

    @Test
    void reportsTheResponseOfAServerThatIsNotReady() throws IOException {
        com.sun.net.httpserver.HttpServer server =
                com.sun.net.httpserver.HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/actuator/health/readiness", exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        int port = server.getAddress().getPort();
        try {
            assertThat(HealthCheck.ask(port)).startsWith("not ready: HTTP/1.1 503");
        } finally {
            server.stop(0);
        }
        assertThat(HealthCheck.ask(port)).startsWith("no answer from port " + port);
    }
}
