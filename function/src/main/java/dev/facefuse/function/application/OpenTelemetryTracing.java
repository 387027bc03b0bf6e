package dev.facefuse.function.application;

import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.Report;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.Version;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.FusionTracing;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Spans of <a href="https://opentelemetry.io">OpenTelemetry</a>: {@code facefuse.fuse} for a fusion, with what is fetched and
 * stored, and below it one for each stage, by its name. The environment's {@code OTEL_…} say where they go and how many.
 */
final class OpenTelemetryTracing implements FusionTracing {
    private static final String NAME = "dev.facefuse";

    /** In the log's context: the trace, by the name that OpenTelemetry's conventions have for logs that are not its own. */
    static final String TRACE_ID = "trace_id";

    /** For what was not sent yet; a collector that is gone shall not hold up a restart. */
    private static final long LAST_SECONDS = 3;

    private static final AttributeKey<String> PACK = AttributeKey.stringKey("facefuse.pack");
    private static final AttributeKey<String> PLAN = AttributeKey.stringKey("facefuse.plan");
    private static final AttributeKey<String> DEVICE = AttributeKey.stringKey("facefuse.device");
    private static final AttributeKey<Boolean> DEGRADED = AttributeKey.booleanKey("facefuse.degraded");
    private static final AttributeKey<Long> PEAK = AttributeKey.longKey("facefuse.peak_bytes");
    private static final AttributeKey<String> DTYPE = AttributeKey.stringKey("facefuse.dtype");
    private static final AttributeKey<Long> WIDTH = AttributeKey.longKey("facefuse.output.width");
    private static final AttributeKey<Long> HEIGHT = AttributeKey.longKey("facefuse.output.height");
    private static final AttributeKey<String> REQUEST = AttributeKey.stringKey("facefuse.request_id");

    /** The attribute of OpenTelemetry's conventions for the kind of an error. */
    private static final AttributeKey<String> ERROR_TYPE = AttributeKey.stringKey("error.type");

    /** Defaults for settings that are not in the environment. */
    private static final Map<String, String> DEFAULTS = Map.of(
            "otel.service.name", "facefuse",
            "otel.exporter.otlp.protocol", "http/protobuf",
            "otel.metrics.exporter", "none",
            "otel.logs.exporter", "none");

    private static final TextMapGetter<Function<String, @Nullable String>> FIELDS = new TextMapGetter<>() {
        /** Propagators ask for the fields they know. */
        @Override
        public Iterable<String> keys(Function<String, @Nullable String> fields) {
            return List.of();
        }

        @Override
        public @Nullable String get(@Nullable Function<String, @Nullable String> fields, String name) {
            return fields == null ? null : fields.apply(name);
        }
    };

    private final OpenTelemetrySdk sdk;
    private final Tracer tracer;

    private OpenTelemetryTracing(OpenTelemetrySdk sdk) {
        this.sdk = sdk;
        this.tracer = sdk.getTracer(NAME, Version.current());
    }

    /**
     * As the environment and the system properties have it.
     *
     * @throws FuseException {@code bad-request} for settings that OpenTelemetry does not take, or that need what is not here
     */
    static OpenTelemetryTracing open() {
        try {
            return new OpenTelemetryTracing(AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> DEFAULTS)
                    .addSpanExporterCustomizer((exporter, config) -> new WarnedExporter(exporter))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk());
        } catch (ConfigurationException | IllegalStateException | IllegalArgumentException e) {
            throw new FuseException(
                    ErrorCode.BAD_REQUEST,
                    "Tracing is on, and OpenTelemetry does not take its settings: " + e.getMessage()
                            + ". Spans can be sent by OTLP over HTTP: OTEL_TRACES_EXPORTER=otlp and"
                            + " OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf, or neither of them.",
                    e);
        }
    }

    @Override
    public FuseOutput follow(RequestContext context, Function<RequestContext, FuseOutput> fusion) {
        Span span = tracer.spanBuilder("facefuse.fuse").startSpan();
        String request = context.requestId();
        if (request != null) {
            span.setAttribute(REQUEST, request);
        }
        Stages stages = new Stages(tracer, Context.current().with(span), context.progress());
        String trace = span.getSpanContext().getTraceId();
        MDC.put(TRACE_ID, trace); // For log lines of this thread; the context has it for those of the fusion's thread.
        try {
            FuseOutput output = fusion.apply(context.withProgress(stages).withLogField(TRACE_ID, trace));
            describe(span, output.report());
            return output;
        } catch (RuntimeException | Error e) {
            String type = FuseMeters.outcome(e);
            stages.failed(type);
            fail(span, type);
            throw e;
        } finally {
            MDC.remove(TRACE_ID);
            span.end();
        }
    }

    private static void describe(Span span, Report report) {
        span.setAttribute(PACK, report.pack());
        span.setAttribute(PLAN, report.plan());
        span.setAttribute(DEVICE, report.device());
        span.setAttribute(DTYPE, report.dtype());
        span.setAttribute(DEGRADED, report.degraded());
        span.setAttribute(PEAK, report.memory().peakBytes());
        span.setAttribute(WIDTH, report.output().width());
        span.setAttribute(HEIGHT, report.output().height());
    }

    private static void fail(Span span, String type) {
        span.setAttribute(ERROR_TYPE, type);
        span.setStatus(StatusCode.ERROR, type);
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // whoever joins leaves
    public Joined join(Function<String, @Nullable String> fields) {
        Context context = sdk.getPropagators().getTextMapPropagator().extract(Context.current(), fields, FIELDS);
        Scope scope = context.makeCurrent();
        return scope::close;
    }

    @Override
    public Map<String, String> fields() {
        Map<String, String> fields = new HashMap<>();
        sdk.getPropagators()
                .getTextMapPropagator()
                .inject(Context.current(), fields, (carrier, name, value) -> fields.put(name, value));
        return fields;
    }

    @Override
    public void flush() {
        sdk.getSdkTracerProvider().forceFlush().join(LAST_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        sdk.shutdown().join(LAST_SECONDS, TimeUnit.SECONDS);
    }

    /** The span of the stage that runs. */
    private static final class Stages implements ProgressListener {
        private final Tracer tracer;
        private final Context fusion;
        private final ProgressListener listener;
        private @Nullable Span stage;

        Stages(Tracer tracer, Context fusion, ProgressListener listener) {
            this.tracer = tracer;
            this.fusion = fusion;
            this.listener = listener;
        }

        @Override
        public void onStage(String name, int index, int count) {
            if (stage != null) {
                stage.end();
            }
            stage = tracer.spanBuilder(name).setParent(fusion).startSpan();
            listener.onStage(name, index, count);
        }

        @Override
        public void onStageDone(Report.Stage done) {
            if (stage != null) {
                stage.setAttribute(PEAK, done.peakBytes());
                stage.end();
                stage = null;
            }
            listener.onStageDone(done);
        }

        /** Ends the span of a running stage with an error. */
        void failed(String type) {
            if (stage != null) {
                fail(stage, type);
                stage.end();
            }
        }
    }
}
