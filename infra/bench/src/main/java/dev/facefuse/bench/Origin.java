package dev.facefuse.bench;

import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The time, the version and the machine of a measurement.
 *
 * @param when it began, ISO 8601
 * @param commit of this project
 */
public record Origin(String when, String commit, Machine machine) {
    /** A measurement that begins now on this machine. */
    public static Origin now(String commit) throws IOException {
        return new Origin(Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(), commit, Machine.here());
    }

    /** The machine, the JVM, the commit and the date: the end of a report's last sentence. */
    public String description() {
        return machine.processor() + ", " + machine.processors() + " processors; " + version();
    }

    /** The JVM, the commit and the date. */
    String version() {
        return machine.java() + "; commit " + commit + ", " + when.substring(0, 10) + ".\n";
    }
}
