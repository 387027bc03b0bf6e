package dev.facefuse.function.cli;

import dev.facefuse.function.queue.QueueWorker;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facefuse work}: processes the queue's events until the process gets a signal. */
@Command(
        name = "work",
        description = {
            "Does what the events in RabbitMQ's queue ask for, as any number of workers beside it do;"
                    + " health at /actuator/health.",
            "The broker is $SPRING_RABBITMQ_ADDRESSES, such as amqp://user:password@host:5672 (default: localhost:5672)."
        },
        sortOptions = false)
final class WorkCommand implements Callable<Integer> {
    private final CliContext context;

    @Mixin
    private ServerOptions options = new ServerOptions();

    WorkCommand(CliContext context) {
        this.context = context;
    }

    /** Never returns, like {@link ServeCommand#serve}. */
    @Override
    public Integer call() throws InterruptedException {
        QueueWorker worker = QueueWorker.start(options.settings(), context.opener());
        context.terminal()
                .out()
                .println("facefuse working at the queue " + worker.queue() + ", health on port " + worker.port());
        new CountDownLatch(1).await();
        return 0;
    }
}
