package dev.facefuse.function.cli;

import dev.facefuse.function.http.HttpServer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facefuse serve}: HTTP until told to stop. */
@Command(
        name = "serve",
        description =
                "Listens for HTTP requests: POST /fuse and /events; health at /actuator/health. The default command.",
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private final Doors doors;

    @Mixin
    private ServerOptions options = new ServerOptions();

    ServeCommand(Doors doors) {
        this.doors = doors;
    }

    @Override
    public Integer call() throws InterruptedException {
        return serve(doors, options);
    }

    /** Returns never: a signal ends the process, and Spring's shutdown hook closes what is open. */
    static int serve(Doors doors, ServerOptions options) throws InterruptedException {
        HttpServer server = HttpServer.start(options.settings(), doors.opener());
        doors.terminal().out().println("facefuse listening on port " + server.port());
        new CountDownLatch(1).await();
        return 0;
    }
}
