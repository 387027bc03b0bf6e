package dev.facefuse.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.soak.Journal.Entry;
import dev.facefuse.soak.Verdict.Finding;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A run of ten minutes in which all is well, and what spoils it. */
class VerdictTest {
    private static final int SECONDS = 600;
    private static final long PEAK = 900_000_000;
    private static final Map<String, Double> METRICS = Map.of(
            "facefuse_drift_total", 0.0,
            "facefuse_collector_reclaimed_objects_total", 0.0,
            "facefuse_out_of_memory_total{device=\"cpu\"}", 0.0,
            "facefuse_admission_fusing", 0.0,
            "facefuse_admission_waiting", 0.0);

    private static final List<Entry> ENTRIES = IntStream.range(0, SECONDS)
            .boxed()
            .flatMap(second -> Stream.of(
                    new Entry("fuses", second, 400 + second % 10, 200), new Entry(LivenessProbe.ACTOR, second, 5, 200)))
            .toList();

    private static final List<Vital> VITALS = IntStream.range(0, SECONDS)
            .mapToObj(second -> new Vital(second, 500L << 20, 60, 80))
            .toList();

    private static final Observed WELL = observed(ENTRIES, List.of(), VITALS, METRICS);

    @Test
    void holdsWhereAllIsWell() {
        Verdict verdict = Verdict.of(WELL);
        assertThat(verdict.holds()).as(verdict.toString()).isTrue();
        assertThat(verdict.findings()).hasSize(15);
        assertThat(verdict.findings())
                .extracting(Finding::said)
                .contains("500 MiB in the second quarter, 500 in the last: 1.000 times");
    }

    @Test
    void aFaultIsOne() {
        onlyFinding(observed(ENTRIES, List.of("no answer"), VITALS, METRICS), "every answer", "1: no answer");
    }

    @Test
    void anErrorInTheLogIsOne() {
        onlyFinding(
                new Observed(SECONDS, ENTRIES, List.of(), VITALS, METRICS, PEAK, List.of("x ERROR y"), true, 143, 5),
                "the log",
                "1: x ERROR y");
    }

    @Test
    void aRunWithoutFusionsProvesNothing() {
        List<Entry> busy = WELL.entries().stream()
                .map(entry -> new Entry(
                        entry.actor(),
                        entry.seconds(),
                        entry.millis(),
                        entry.actor().equals("fuses") ? 429 : 200))
                .toList();
        Verdict verdict = Verdict.of(observed(busy, List.of(), VITALS, METRICS));
        assertThat(failed(verdict))
                .extracting(Finding::what)
                .containsExactly("there were fusions", "a fusion's 99th percentile is stable");
    }

    @ParameterizedTest
    @CsvSource({
        "facefuse_drift_total, 1",
        "facefuse_collector_reclaimed_objects_total, 2",
        "'facefuse_out_of_memory_total{device=\"cpu\"}', 1",
        "facefuse_admission_fusing, 1"
    })
    void aCounterOfDefectsIsOne(String name, double value) {
        onlyFinding(
                withMetrics(metrics -> {
                    metrics.put(name, value);
                    return metrics;
                }),
                "",
                Long.toString(Math.round(value)));
    }

    @Test
    void aMetricThatIsNotThereIsOne() {
        onlyFinding(
                withMetrics(metrics -> {
                    metrics.remove("facefuse_drift_total");
                    return metrics;
                }),
                "facefuse_drift_total",
                "not there");
    }

    @ParameterizedTest
    @CsvSource({
        "false, 143, 'not answered, exit code 143'",
        "true, 137, 'answered, exit code 137'",
        "true, 0, 'answered, exit code 0'"
    })
    void anEndThatIsNoneIsOne(boolean endedWell, int exitCode, String said) {
        onlyFinding(
                new Observed(SECONDS, ENTRIES, List.of(), VITALS, METRICS, PEAK, List.of(), endedWell, exitCode, 5),
                "SIGTERM",
                said);
    }

    @Test
    void anEndThatTakesLongIsOne() {
        onlyFinding(
                new Observed(SECONDS, ENTRIES, List.of(), VITALS, METRICS, PEAK, List.of(), true, 143, 31),
                "the process ends within 20 s",
                "31.0 s");
    }

    @Test
    void aPeakAboveTheLimitIsOne() {
        onlyFinding(
                new Observed(SECONDS, ENTRIES, List.of(), VITALS, METRICS, 1_244_000_000, List.of(), true, 143, 5),
                "memory stays within its limit",
                "1244 MB at most, of 1200");
    }

    @Test
    void oneSlowAnswerOfLivenessIsOne() {
        List<Entry> entries = new ArrayList<>(ENTRIES);
        entries.add(new Entry(LivenessProbe.ACTOR, 300, 501, 200));
        onlyFinding(
                observed(entries, List.of(), VITALS, METRICS),
                "liveness is never slower",
                "501 ms at most (after 300 s), of 601 probes");
    }

    @Test
    void livenessThatWasNeverAskedForIsOne() {
        List<Entry> entries = ENTRIES.stream()
                .filter(entry -> !entry.actor().equals(LivenessProbe.ACTOR))
                .toList();
        onlyFinding(observed(entries, List.of(), VITALS, METRICS), "liveness is never slower", "NaN ms");
    }

    @Test
    void memoryThatGrowsIsOne() {
        onlyFinding(
                withVitals(vital -> new Vital(
                        vital.seconds(),
                        (500L << 20) + (long) (vital.seconds() * 100_000),
                        vital.threads(),
                        vital.descriptors())),
                "resident memory",
                "521 MiB in the second quarter, 550 in the last: 1.055 times");
    }

    @Test
    void threadsThatGrowAreOne() {
        onlyFinding(
                withVitals(vital -> new Vital(
                        vital.seconds(), vital.residentBytes(), 60 + (int) vital.seconds() / 50, vital.descriptors())),
                "threads",
                "64 in the second quarter, 70 in the last");
    }

    @Test
    void descriptorsThatGrowAreOne() {
        onlyFinding(
                withVitals(vital -> new Vital(
                        vital.seconds(), vital.residentBytes(), vital.threads(), 80 + (int) vital.seconds() / 50)),
                "file descriptors",
                "84 in the second quarter, 90 in the last");
    }

    @Test
    void fusionsThatGetSlowerAreOne() {
        List<Entry> slower = WELL.entries().stream()
                .map(entry -> new Entry(
                        entry.actor(),
                        entry.seconds(),
                        entry.actor().equals("fuses") && entry.seconds() >= 450 ? 601 : 400,
                        200))
                .toList();
        onlyFinding(
                observed(slower, List.of(), VITALS, METRICS),
                "a fusion's 99th percentile",
                "400 ms in the second quarter (of 150), 601 in the last (of 150)");
    }

    @Test
    void aShortRunSaysNothingOfGrowth() {
        Observed brief = new Observed(40, ENTRIES, List.of(), VITALS, METRICS, PEAK, List.of(), true, 143, 5);
        assertThat(Verdict.of(brief).findings()).hasSize(10);
    }

    private static Observed observed(
            List<Entry> entries, List<String> faults, List<Vital> vitals, Map<String, Double> metrics) {
        return new Observed(SECONDS, entries, faults, vitals, metrics, PEAK, List.of(), true, 143, 5);
    }

    private static Observed withMetrics(UnaryOperator<Map<String, Double>> change) {
        return observed(ENTRIES, List.of(), VITALS, change.apply(new HashMap<>(METRICS)));
    }

    private static Observed withVitals(UnaryOperator<Vital> change) {
        List<Vital> vitals = new ArrayList<>(VITALS);
        vitals.replaceAll(change);
        return observed(ENTRIES, List.of(), vitals, METRICS);
    }

    private static List<Finding> failed(Verdict verdict) {
        return verdict.findings().stream().filter(finding -> !finding.holds()).toList();
    }

    private static void onlyFinding(Observed observed, String what, String said) {
        Verdict verdict = Verdict.of(observed);
        assertThat(verdict.holds()).isFalse();
        assertThat(failed(verdict)).singleElement().satisfies(finding -> {
            assertThat(finding.what()).startsWith(what);
            assertThat(finding.said()).startsWith(said);
        });
    }
}
