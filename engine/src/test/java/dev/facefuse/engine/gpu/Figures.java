package dev.facefuse.engine.gpu;

import java.util.Map;
import org.junit.jupiter.api.TestReporter;

/** Sends a test's figures to the report as JUnit report entries; {@link VerificationReport} writes them. */
record Figures(TestReporter reporter) {
    static final String WHAT = "what";
    static final String VALUE = "value";
    static final String UNIT = "unit";

    /** A whole number of something, such as bytes. */
    void record(String what, long value, String unit) {
        reporter.publishEntry(Map.of(WHAT, what, VALUE, Long.toString(value), UNIT, unit));
    }

    void record(String what, double value, String unit) {
        if (!Double.isFinite(value)) {
            record(what, Double.toString(value));
            return;
        }
        reporter.publishEntry(Map.of(WHAT, what, VALUE, Double.toString(value), UNIT, unit));
    }

    /** Records a text instead of a number. */
    void record(String what, String text) {
        reporter.publishEntry(Map.of(WHAT, what, VALUE, text));
    }
}
