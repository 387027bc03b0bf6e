package dev.facefuse.function.application;

import dev.facefuse.engine.Report;
import dev.facefuse.engine.Vitals;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseOutput;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What is counted and measured, for {@code /actuator/prometheus}: the engine's {@link Vitals}, and how fusions end. */
public final class FuseMeters implements MeterBinder {
    private static final String NONE = "none";
    private static final String BYTES = "bytes";

    private final Engine engine;
    private final LongAdder refused = new LongAdder();
    private final LongAdder unauthorized = new LongAdder();
    private volatile @Nullable MeterRegistry registry;

    /** Of this engine; nothing is asked of it before it is measured. */
    public FuseMeters(Engine engine) {
        this.engine = engine;
    }

    @Override
    public void bindTo(MeterRegistry to) {
        registry = to;
        counter("facefuse.collector.reclaimed.objects", Vitals::reclaimedObjects)
                .description("Owners of native memory that the collector found: must be 0")
                .register(to);
        counter("facefuse.drift", Vitals::drifts)
                .description("Fusions that left the device with more or less memory than before: must be 0")
                .register(to);
        counter("facefuse.drift.bytes", Vitals::driftBytes)
                .description("What they left there, in all")
                .register(to);
        counter("facefuse.out.of.memory", Vitals::outOfMemory)
                .description("Times that memory ran out on the device in spite of the plan")
                .register(to);
        counter("facefuse.cache.emptied", Vitals::cleanings)
                .description("Times that the device's caches were given back")
                .register(to);
        FunctionCounter.builder("facefuse.refused", refused, LongAdder::sum)
                .description("Requests that found no place")
                .register(to);
        FunctionCounter.builder("facefuse.unauthorized", unauthorized, LongAdder::sum)
                .description("Requests without a token that is known")
                .register(to);
        bindMemory(to);
    }

    private FunctionCounter.Builder<Engine> counter(String name, ToDoubleFunction<Vitals> value) {
        return FunctionCounter.builder(name, engine, from -> value.applyAsDouble(from.vitals()));
    }

    private void bindMemory(MeterRegistry to) {
        Tag device = Tag.of("device", engine.vitals().device().device());
        String ofDevice = "facefuse.device.memory";
        gauge(to, ofDevice, Tags.of(device).and("kind", "allocated"), v -> v.device()
                .allocated());
        gauge(to, ofDevice, Tags.of(device).and("kind", "reserved"), v -> v.device()
                .reserved());
        gauge(to, ofDevice, Tags.of(device).and("kind", "free"), v -> v.device().free());
        gauge(to, ofDevice, Tags.of(device).and("kind", "total"), v -> v.device()
                .total());
        String ofHost = "facefuse.host.memory";
        gauge(to, ofHost, Tags.of("kind", "resident"), v -> v.host().reserved());
        gauge(to, ofHost, Tags.of("kind", "limit"), v -> v.host().total());
        gauge(to, ofHost, Tags.of("kind", "free"), v -> v.host().free());
    }

    private void gauge(MeterRegistry to, String name, Tags tags, ToDoubleFunction<Vitals> value) {
        Gauge.builder(name, engine, from -> value.applyAsDouble(from.vitals()))
                .tags(tags)
                .baseUnit(BYTES)
                .register(to);
    }

    /** A request was turned away because every place was taken. */
    public void refused() {
        refused.increment();
    }

    /** A request was turned away for want of a token. */
    public void unauthorized() {
        unauthorized.increment();
    }

    /** The function, with each fusion's plan and outcome counted; who is refused for want of a place is no fusion. */
    public Function<FuseInput, FuseOutput> counting(Function<FuseInput, FuseOutput> function) {
        return input -> {
            try {
                FuseOutput output = function.apply(input);
                Report report = output.report();
                count(report.plan(), report.degraded() ? "degraded" : "ok");
                return output;
            } catch (RuntimeException | Error e) {
                String outcome = outcome(e);
                if (!outcome.equals(ErrorCode.BUSY.code())) {
                    count(NONE, outcome);
                }
                throw e;
            }
        };
    }

    private static String outcome(Throwable e) {
        if (e instanceof FuseException named) {
            return named.code().code();
        }
        return e instanceof OutOfMemoryError ? ErrorCode.OUT_OF_MEMORY.code() : "internal-server-error";
    }

    private void count(String plan, String outcome) {
        MeterRegistry to = registry;
        if (to != null) {
            to.counter("facefuse.fusions", "plan", plan, "outcome", outcome).increment();
        }
    }
}
