package dev.facefuse.function.application;

import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.util.Collection;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Logs one warning when exporting spans begins to fail, and one line when it works again. The log of OpenTelemetry's exporters, an error
 * with a stack trace for every batch, is off in {@code application.properties}.
 */
final class WarnedExporter implements SpanExporter {
    private static final Logger log = LoggerFactory.getLogger(WarnedExporter.class);

    private final SpanExporter exporter;
    private final AtomicBoolean failing = new AtomicBoolean();

    /** Closes the exporter when it is closed. */
    WarnedExporter(SpanExporter exporter) {
        this.exporter = exporter;
    }

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
        CompletableResultCode result = exporter.export(spans);
        return result.whenComplete(() -> tell(result));
    }

    private void tell(CompletableResultCode result) {
        if (result.isSuccess()) {
            if (failing.getAndSet(false)) {
                log.info("Spans arrive at the collector again.");
            }
        } else if (!failing.getAndSet(true)) {
            log.warn(
                    "Spans do not arrive at the collector ({}) and are lost until they do; fusions go on."
                            + " OTEL_EXPORTER_OTLP_ENDPOINT says where it is.",
                    cause(result.getFailureThrowable()));
        }
    }

    private static String cause(@Nullable Throwable failure) {
        if (failure == null) {
            return "no cause given";
        }
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }

    @Override
    public CompletableResultCode flush() {
        return exporter.flush();
    }

    @Override
    public CompletableResultCode shutdown() {
        return exporter.shutdown();
    }

    @Override
    public String toString() {
        return "WarnedExporter{" + exporter + "}";
    }
}
