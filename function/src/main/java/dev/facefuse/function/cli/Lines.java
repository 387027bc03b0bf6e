package dev.facefuse.function.cli;

import dev.facefuse.engine.Report;
import java.util.Locale;

/** What commands say, as text. */
final class Lines {

    private Lines() {}

    /** {@code out.jpg: 743x1155, 0.71 like the user, 0.32 like the template, 312 ms on cpu}. */
    static String result(Object place, Report report) {
        return String.format(
                Locale.ROOT,
                "%s: %dx%d, %.2f like the user, %.2f like the template, %.0f ms on %s",
                place,
                report.output().width(),
                report.output().height(),
                report.similarity().user(),
                report.similarity().template(),
                report.millis(),
                report.device());
    }
}
