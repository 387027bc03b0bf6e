package dev.facefuse.function.application;

import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.function.application.AppliesTo.Command;
import java.time.Duration;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * {@code facefuse.admission.*}: how many fusions run and wait. The ranges are those of {@link AdmissionSettings}.
 *
 * @param permits fusions that run at a time
 * @param queue requests that may wait for a permit, in FIFO order
 * @param maxWait longest wait for a permit, such as {@code 5s}
 */
public record AdmissionProperties(
        @AppliesTo({Command.SERVE, Command.WORK}) @DefaultValue("1")
        int permits,

        @AppliesTo(Command.SERVE) @DefaultValue("0") int queue,
        @AppliesTo(Command.SERVE) @DefaultValue("0s") Duration maxWait) {

    public AdmissionProperties {
        new AdmissionSettings(permits, queue, maxWait);
    }

    /** The number of fusions that may run or wait. */
    public int admitted() {
        return permits + queue;
    }

    AdmissionSettings settings() {
        return new AdmissionSettings(permits, queue, maxWait);
    }
}
