package dev.facefuse.function.application;

import dev.facefuse.engine.EngineMetrics;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.engine.problem.Warning;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseOutput;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.BaseUnits;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Meters for {@code /actuator/prometheus}: the {@link EngineMetrics}, and the outcomes and times of fusions. */
public final class FuseMeters implements MeterBinder {
    private static final String NONE = "none";
    private static final String UNNAMED = "internal-server-error";

    /** Histograms' bounds: from a stage of a small picture on a GPU to a fusion of a large one on an old processor. */
    private static final Duration[] DURATIONS = LongStream.of(
                    1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 30_000)
            .mapToObj(Duration::ofMillis)
            .toArray(Duration[]::new);

    /** From the streamed plan on a card to a whole process on the host, bytes. */
    private static final double[] PEAKS = {1e8, 2e8, 3e8, 5e8, 7e8, 1e9, 1.5e9, 2e9, 3e9, 5e9, 1e10};

    private final FuseEngine engine;
    private final ScrapedMetrics vitals;
    private final LongAdder refused = new LongAdder();
    private final LongAdder unauthorized = new LongAdder();
    private volatile @Nullable MeterRegistry registry;

    /** Creates meters for an engine. They call the engine only when they are read. */
    public FuseMeters(FuseEngine engine) {
        this.engine = engine;
        this.vitals = new ScrapedMetrics(engine::metrics);
    }

    @Override
    public void bindTo(MeterRegistry to) {
        registry = to;
        counter("facefuse.collector.reclaimed.objects", EngineMetrics::reclaimedObjects)
                .description("Owners of native memory that the collector found: must be 0")
                .register(to);
        counter("facefuse.drift", EngineMetrics::drifts)
                .description("Fusions that left the device with more or less memory than before: must be 0")
                .register(to);
        counter("facefuse.drift.bytes", EngineMetrics::driftBytes)
                .description("What they left there, in all")
                .register(to);
        counter("facefuse.out.of.memory", EngineMetrics::outOfMemory)
                .description("Times that memory ran out on the device in spite of the plan")
                .register(to);
        counter("facefuse.allocator.retries", EngineMetrics::retries)
                .description("Times that CUDA's allocator gave its caches back for want of memory")
                .register(to);
        counter("facefuse.cache.emptied", EngineMetrics::cleanings)
                .description("Times that the device's caches were given back")
                .register(to);
        FunctionCounter.builder("facefuse.refused", refused, LongAdder::sum)
                .description("Requests that found no place")
                .register(to);
        FunctionCounter.builder("facefuse.unauthorized", unauthorized, LongAdder::sum)
                .description("Requests without a token that is known")
                .register(to);
        beginAtZero(to);
        bindAdmission(to);
        bindMemory(to);
    }

    /** Registers the counters that alerts use with the value 0, because Prometheus sees no increase in a counter that begins at 1. */
    private static void beginAtZero(MeterRegistry to) {
        for (ErrorCode code : ErrorCode.values()) {
            if (code != ErrorCode.BUSY) {
                fusions(NONE, NONE, code.code(), to);
            }
        }
        fusions(NONE, NONE, UNNAMED, to);
        for (Warning.Kind kind : Warning.Kind.values()) {
            warnings(kind, to);
        }
    }

    private FunctionCounter.Builder<ScrapedMetrics> counter(String name, ToDoubleFunction<EngineMetrics> value) {
        return FunctionCounter.builder(name, vitals, from -> from.read(name, value));
    }

    private void bindAdmission(MeterRegistry to) {
        gauge("facefuse.admission.permits", now -> now.admission().permits())
                .description("Fusions that may run at a time")
                .register(to);
        gauge("facefuse.admission.fusing", now -> now.admission().fusing())
                .description("Fusions that run")
                .register(to);
        gauge("facefuse.admission.queue", now -> now.admission().queue())
                .description("Requests that may wait for a permit")
                .register(to);
        gauge("facefuse.admission.waiting", now -> now.admission().waiting())
                .description("Requests that wait for a permit")
                .register(to);
    }

    private void bindMemory(MeterRegistry to) {
        Tag device = Tag.of("device", engine.metrics().device().device());
        String ofDevice = "facefuse.device.memory";
        memory(to, ofDevice, Tags.of(device).and("kind", "allocated"), v -> v.device()
                .allocated());
        memory(to, ofDevice, Tags.of(device).and("kind", "reserved"), v -> v.device()
                .reserved());
        memory(to, ofDevice, Tags.of(device).and("kind", "free"), v -> v.device()
                .free());
        memory(to, ofDevice, Tags.of(device).and("kind", "total"), v -> v.device()
                .total());
        String ofHost = "facefuse.host.memory";
        memory(to, ofHost, Tags.of("kind", "resident"), v -> v.host().reserved());
        memory(to, ofHost, Tags.of("kind", "limit"), v -> v.host().total());
        memory(to, ofHost, Tags.of("kind", "free"), v -> v.host().free());
    }

    private void memory(MeterRegistry to, String name, Tags tags, ToDoubleFunction<EngineMetrics> value) {
        gauge(name, tags, value)
                .description("Bytes; reserved and resident are with caches")
                .baseUnit(BaseUnits.BYTES)
                .register(to);
    }

    private Gauge.Builder<ScrapedMetrics> gauge(String name, ToDoubleFunction<EngineMetrics> value) {
        return gauge(name, Tags.empty(), value);
    }

    private Gauge.Builder<ScrapedMetrics> gauge(String name, Tags tags, ToDoubleFunction<EngineMetrics> value) {
        return Gauge.builder(name, vitals, from -> from.read(name + tags, value))
                .tags(tags);
    }

    /** A request was turned away because every place was taken. */
    public void refused() {
        refused.increment();
    }

    /** A request was turned away for want of a token. */
    public void unauthorized() {
        unauthorized.increment();
    }

    /**
     * The same function; it records each fusion's plan, outcome, times, peak and warnings. A request that is rejected as {@code busy}
     * does not count as a fusion.
     */
    public BiFunction<FuseInput, RequestContext, FuseOutput> counting(
            BiFunction<FuseInput, RequestContext, FuseOutput> function) {
        return (input, context) -> {
            try {
                FuseOutput output = function.apply(input, context);
                MeterRegistry to = registry;
                if (to != null) {
                    record(output.report(), to);
                }
                return output;
            } catch (RuntimeException | Error e) {
                String outcome = outcome(e);
                MeterRegistry to = registry;
                if (to != null && !outcome.equals(ErrorCode.BUSY.code())) {
                    fusions(NONE, NONE, outcome, to).increment();
                }
                throw e;
            }
        };
    }

    /** The code of what a fusion ended with. */
    static String outcome(Throwable e) {
        if (e instanceof FuseException named) {
            return named.code().code();
        }
        return e instanceof OutOfMemoryError ? ErrorCode.OUT_OF_MEMORY.code() : UNNAMED;
    }

    private static Counter fusions(String pack, String plan, String outcome, MeterRegistry to) {
        return Counter.builder("facefuse.fusions")
                .description("Fusions by how they ended; degraded is a slower plan than was begun with")
                .tag("pack", pack)
                .tag("plan", plan)
                .tag("outcome", outcome)
                .register(to);
    }

    private static Counter warnings(Warning.Kind kind, MeterRegistry to) {
        return Counter.builder("facefuse.warnings")
                .description("Warnings in results")
                .tag("kind", kind.label())
                .register(to);
    }

    private static void record(Report report, MeterRegistry to) {
        String pack = report.pack();
        String plan = report.plan();
        fusions(pack, plan, report.degraded() ? "degraded" : "ok", to).increment();
        Timer.builder("facefuse.fusion")
                .description("From decode to encode")
                .tag("pack", pack)
                .tag("plan", plan)
                .serviceLevelObjectives(DURATIONS)
                .register(to)
                .record(nanos(report.millis()), TimeUnit.NANOSECONDS);
        for (Report.Stage stage : report.stages()) {
            Timer.builder("facefuse.stage")
                    .description("One stage of a fusion")
                    .tag("stage", stage.name())
                    .serviceLevelObjectives(DURATIONS)
                    .register(to)
                    .record(nanos(stage.millis()), TimeUnit.NANOSECONDS);
        }
        DistributionSummary.builder("facefuse.fusion.peak")
                .description("The most memory that a fusion had in use on its device; on the host the whole process's")
                .baseUnit(BaseUnits.BYTES)
                .tag("device", report.device())
                .tag("plan", plan)
                .serviceLevelObjectives(PEAKS)
                .register(to)
                .record((double) report.memory().peakBytes());
        for (Warning warning : report.warnings()) {
            warnings(warning.kind(), to).increment();
        }
    }

    private static long nanos(double millis) {
        return Math.round(millis * TimeUnit.MILLISECONDS.toNanos(1));
    }
}
