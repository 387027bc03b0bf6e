package dev.facefuse.function.broker;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import dev.facefuse.function.Await;
import dev.facefuse.function.FreePort;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.amqp.core.Message;
import org.springframework.amqp.core.QueueInformation;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.amqp.rabbit.core.RabbitAdmin;
import org.springframework.amqp.rabbit.core.RabbitTemplate;

/** RabbitMQ as Debian packages it, as a process of its own on the loopback, with its files in a folder of the caller's. */
public final class RabbitServer implements AutoCloseable {
    /** The program behind the command on the path, which would change the user. */
    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private static final String READY = "Server startup complete";
    private static final int MOST_LINES = 20;

    private final Path folder;
    private final int port = FreePort.find();
    private final int distributionPort = FreePort.find();
    private final int nodesPort = FreePort.find();
    private final Process nodes;
    private final CachingConnectionFactory connections = new CachingConnectionFactory("127.0.0.1", port);
    private @Nullable Process server;

    /** Ready for {@link #start()}. */
    public RabbitServer(Path folder) {
        this.folder = folder;
        try {
            // The directory of Erlang's nodes; a broker would leave one behind.
            nodes = new ProcessBuilder("epmd", "-address", "127.0.0.1", "-port", Integer.toString(nodesPort)).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether there is one on this machine. */
    public static boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    /** Returns when it takes connections; what it held before, if it was stopped, it still holds. */
    public RabbitServer start() {
        ProcessBuilder builder =
                new ProcessBuilder(SERVER.toString()).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment()
                .putAll(Map.ofEntries(
                        Map.entry("HOME", folder.toString()),
                        Map.entry("RABBITMQ_NODENAME", "facefuse-" + port + "@localhost"),
                        Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                        Map.entry("RABBITMQ_NODE_PORT", Integer.toString(port)),
                        Map.entry("RABBITMQ_DIST_PORT", Integer.toString(distributionPort)),
                        Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
                        Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
                        Map.entry("RABBITMQ_LOGS", "-"),
                        Map.entry("RABBITMQ_CONFIG_FILE", folder.resolve("none").toString()),
                        Map.entry("RABBITMQ_CONF_ENV_FILE", "/dev/null"),
                        Map.entry(
                                "RABBITMQ_ENABLED_PLUGINS_FILE",
                                folder.resolve("plugins").toString()),
                        Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                        Map.entry("ERL_EPMD_PORT", Integer.toString(nodesPort)),
                        // Then the process is Erlang's, not a shell's around it.
                        Map.entry("RUNNING_UNDER_SYSTEMD", "true")));
        try {
            Process started = builder.start();
            server = started;
            awaitReady(started.inputReader(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private static void awaitReady(BufferedReader lines) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.contains(READY)) {
                Thread rest = new Thread(() -> drain(lines), "rabbitmq-output");
                rest.setDaemon(true);
                rest.start();
                return;
            }
            last.add(line);
            if (last.size() > MOST_LINES) {
                last.remove();
            }
        }
        throw new IllegalStateException("RabbitMQ does not start: " + String.join("\n", last));
    }

    private static void drain(BufferedReader lines) {
        try {
            lines.transferTo(Writer.nullWriter());
        } catch (IOException e) {
            // It was stopped.
        }
    }

    /** Kills it, if it runs. */
    public void stop() {
        Process running = server;
        if (running != null) {
            kill(running);
            server = null;
        }
        connections.resetConnection();
    }

    private static void kill(Process process) {
        process.destroyForcibly();
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new IllegalStateException("RabbitMQ does not end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** For {@code spring.rabbitmq.addresses}. */
    public String address() {
        return "127.0.0.1:" + port;
    }

    /** Publishes without a confirmation, as other programs may do. */
    public void publish(String exchange, String routingKey, Message message) {
        new RabbitTemplate(connections).send(exchange, routingKey, message);
    }

    /** Takes a message; null if none comes in this time. */
    public @Nullable Message take(String queue, long millis) {
        return new RabbitTemplate(connections).receive(queue, millis);
    }

    /** Takes a message; null if none waits. */
    public @Nullable Message poll(String queue) {
        return new RabbitTemplate(connections).receive(queue);
    }

    /** Takes a message as a worker does that dies over it. */
    public void takeAndDie(String queue) throws Exception {
        try (Connection worker = connections.getRabbitConnectionFactory().newConnection()) {
            Channel channel = worker.createChannel();
            Await.until("a message in " + queue, () -> channel.basicGet(queue, false) != null);
        }
    }

    /** The state of a queue; null if it does not exist. */
    public @Nullable QueueInformation queue(String name) {
        return new RabbitAdmin(connections).getQueueInfo(name);
    }

    /** Returns when so many messages, one at least, wait in a queue, without those that a worker has. */
    public void awaitWaiting(String queue, int count) throws Exception {
        Await.until(count + " messages in " + queue, () -> known(queue).getMessageCount() == count);
    }

    /** Returns when no message waits in a queue that a worker takes from. */
    public void awaitTaken(String queue) throws Exception {
        Await.until("the end of " + queue, () -> {
            QueueInformation known = known(queue);
            return known.getMessageCount() == 0 && known.getConsumerCount() > 0;
        });
    }

    /** RabbitMQ reports no messages and no consumers for a quorum queue that does not respond within a quarter of a second. */
    private QueueInformation known(String queue) {
        QueueInformation known = queue(queue);
        if (known == null) {
            throw new IllegalStateException("There is no queue " + queue);
        }
        return known;
    }

    /** As an operator may, by mistake. */
    public void delete(String queue) {
        new RabbitAdmin(connections).deleteQueue(queue);
    }

    @Override
    public void close() {
        connections.destroy();
        stop();
        kill(nodes);
    }
}
