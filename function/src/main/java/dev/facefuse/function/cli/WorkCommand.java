package dev.facefuse.function.cli;

import dev.facefuse.function.queue.QueueWorker;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code facefuse work}: the queue's events until told to stop. */
@Command(
        name = "work",
        description = {
            "Does what the events in RabbitMQ's queue ask for, as any number of workers beside it do;"
                    + " health at /actuator/health.",
            "The broker is $SPRING_RABBITMQ_ADDRESSES, such as amqp://user:password@host:5672 (default: localhost:5672)."
        },
        sortOptions = false)
final class WorkCommand implements Callable<Integer> {
    private final Doors doors;

    @Mixin
    private ServerOptions options = new ServerOptions();

    WorkCommand(Doors doors) {
        this.doors = doors;
    }

    /** Returns never, as {@link ServeCommand#serve}. */
    @Override
    public Integer call() throws InterruptedException {
        QueueWorker worker = QueueWorker.start(options.settings(), doors.opener());
        doors.terminal()
                .out()
                .println("facefuse working at the queue " + worker.queue() + ", health on port " + worker.port());
        new CountDownLatch(1).await();
        return 0;
    }
}
