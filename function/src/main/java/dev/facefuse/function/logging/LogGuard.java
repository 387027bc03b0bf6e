package dev.facefuse.function.logging;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.EventArgUtil;
import ch.qos.logback.classic.spi.LoggerContextListener;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.Marker;
import org.slf4j.helpers.MessageFormatter;

/**
 * Filters every log event before levels, appenders and layouts apply, so no logging setting can bypass it.
 *
 * <p>Libraries log nothing below INFO. At DEBUG and TRACE they would print secrets and pictures: Spring its environment, Tomcat, the AWS
 * SDK and the HTTP clients their requests with headers and bodies, RabbitMQ's client its messages. The loggers of {@code
 * dev.facefuse} may use all levels. Every message, at any level, passes through {@link Redaction}.
 */
public final class LogGuard extends TurboFilter {
    private static final String OWN = "dev.facefuse";

    /** These loggers quote invalid requests, or print all requests if a system property is set. */
    private static final List<String> QUOTING = List.of("org.apache.coyote", "org.apache.tomcat", "jdk.");

    private static final String CALLER = Logger.class.getName();

    private LogGuard() {}

    /** Installs the filter for the rest of the process, also if logging is configured again later. A second call does nothing. */
    public static void install() {
        ILoggerFactory factory = LoggerFactory.getILoggerFactory();
        if (factory instanceof LoggerContext loggers) {
            install(loggers);
        }
    }

    static void install(LoggerContext loggers) {
        if (loggers.getTurboFilterList().stream().noneMatch(LogGuard.class::isInstance)) {
            LogGuard guard = new LogGuard();
            guard.setContext(loggers);
            guard.start();
            loggers.getTurboFilterList().add(0, guard);
        }
        if (loggers.getCopyOfListenerList().stream().noneMatch(Reinstaller.class::isInstance)) {
            loggers.addListener(new Reinstaller());
        }
    }

    @Override
    public FilterReply decide(
            @Nullable Marker marker,
            Logger logger,
            Level level,
            @Nullable String format,
            Object @Nullable [] arguments,
            @Nullable Throwable thrown) {
        if (!level.isGreaterOrEqual(lowest(logger.getName()))) {
            return FilterReply.DENY;
        }
        if (format == null) {
            return FilterReply.NEUTRAL; // The caller only asks whether a level is enabled.
        }
        Throwable last = thrown == null ? EventArgUtil.extractThrowable(arguments) : thrown;
        String text = String.valueOf(MessageFormatter.arrayFormat(
                        format, last == thrown ? arguments : EventArgUtil.trimmedCopy(arguments), last)
                .getMessage());
        String redacted = Redaction.of(text);
        Throwable redactedThrown = last == null ? null : Redaction.of(last);
        if (redacted.equals(text) && redactedThrown == last) {
            return FilterReply.NEUTRAL;
        }
        if (level.isGreaterOrEqual(logger.getEffectiveLevel())) {
            logger.callAppenders(new LoggingEvent(CALLER, logger, level, redacted, redactedThrown, null));
        }
        return FilterReply.DENY;
    }

    private static Level lowest(String logger) {
        if (logger.equals(OWN) || logger.startsWith(OWN + ".")) {
            return Level.TRACE;
        }
        return QUOTING.stream().anyMatch(logger::startsWith) ? Level.WARN : Level.INFO;
    }

    /** Installs the filter again after a reset of the context, which removes filters but not this listener. */
    private static final class Reinstaller implements LoggerContextListener {
        @Override
        public boolean isResetResistant() {
            return true;
        }

        @Override
        public void onStart(LoggerContext loggers) {
            install(loggers);
        }

        @Override
        public void onReset(LoggerContext loggers) {
            install(loggers);
        }

        @Override
        public void onStop(LoggerContext loggers) {}

        @Override
        public void onLevelChange(Logger logger, Level level) {}
    }
}
