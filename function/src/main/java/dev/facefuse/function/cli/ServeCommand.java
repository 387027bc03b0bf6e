package dev.facefuse.function.cli;

import dev.facefuse.function.http.HttpServer;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facefuse serve}: serves HTTP until the process gets a signal. */
@Command(
        name = "serve",
        description =
                "Listens for HTTP requests: POST /fuse and /events; health at /actuator/health. The default command.",
        sortOptions = false)
final class ServeCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private ServerOptions options = new ServerOptions();

    ServeCommand(CliContext context) {
        this.context = context;
    }

    @Override
    public Integer call() throws InterruptedException {
        return serve(context, options);
    }

    /** Never returns: a signal ends the process, and Spring's shutdown hook closes the server and the engine. */
    static int serve(CliContext context, ServerOptions options) throws InterruptedException {
        HttpServer server = HttpServer.start(options.settings(), context.opener());
        context.terminal().out().println("facefuse listening on port " + server.port());
        new CountDownLatch(1).await();
        return 0;
    }
}
