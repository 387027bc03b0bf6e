package dev.facefuse.function.logging;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.read.ListAppender;
import ch.qos.logback.core.spi.FilterReply;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Marker;

class LogGuardTest {
    private static final String SECRET = "planted-secret-4711";

    private final LoggerContext loggers = new LoggerContext();
    private final ListAppender<ILoggingEvent> said = new ListAppender<>();

    @BeforeEach
    void everythingIsOn() {
        Redaction.know(SECRET);
        LogGuard.install(loggers);
        turnOn();
    }

    private void turnOn() {
        said.setContext(loggers);
        said.start();
        Logger root = loggers.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.TRACE);
        root.addAppender(said);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "org.springframework.core.env.PropertySourcesPropertyResolver",
                "org.springframework.boot.autoconfigure.logging",
                "org.apache.tomcat.util.net.NioEndpoint",
                "org.apache.catalina.core",
                "org.apache.http.wire",
                "org.apache.http.headers",
                "org.apache.hc.client5.http.wire",
                "software.amazon.awssdk.request",
                "software.amazon.awssdk.core.interceptor",
                "com.rabbitmq.client",
                "io.netty.handler.logging.LoggingHandler",
                "org.bytedeco.javacpp.Loader",
                "tools.jackson.databind",
                "sun.net.www.protocol.http.HttpURLConnection",
                "dev.facefusers",
                "a.library.that.nobody.knows"
            })
    void librariesSayNothingBelowInfo(String library) {
        Logger logger = loggers.getLogger(library);
        logger.setLevel(Level.TRACE);
        logger.trace("{}", SECRET);
        logger.debug("everything");
        assertThat(logger.isDebugEnabled()).isFalse();
        assertThat(logger.isTraceEnabled()).isFalse();
        assertThat(said.list).isEmpty();
        logger.warn("a warning");
        assertThat(messages()).containsExactly("a warning");
    }

    @Test
    void whoQuotesRequestsSaysNothingBelowAWarning() {
        loggers.getLogger("org.apache.coyote.http11.Http11Processor").info("Error parsing HTTP request header");
        loggers.getLogger("jdk.httpclient.HttpClient").info("HEADERS");
        assertThat(said.list).isEmpty();
    }

    @Test
    void ownLoggersHaveAllLevels() {
        own().trace("a trace of {}", "something");
        assertThat(messages()).containsExactly("a trace of something");
        assertThat(own().isTraceEnabled()).isTrue();
    }

    @Test
    void secretsAreTakenOutOfMessagesArgumentsAndThrowables() {
        IllegalStateException thrown =
                new IllegalStateException("for " + SECRET, new IllegalArgumentException("of " + SECRET));
        thrown.addSuppressed(new IllegalStateException("beside " + SECRET));
        own().warn("of " + SECRET);
        own().warn("of {} and {}", "one", SECRET);
        own().error("of {}", SECRET, thrown);
        loggers.getLogger("org.springframework.amqp").error("a failure", thrown);
        assertThat(messages()).containsExactly("of ***", "of one and ***", "of ***", "a failure");
        assertThat(said.list.stream().map(event -> text(event.getThrowableProxy())))
                .allSatisfy(text -> assertThat(text).doesNotContain(SECRET));
        assertThat(text(said.list.get(2).getThrowableProxy()))
                .contains("IllegalStateException: for ***", "IllegalArgumentException: of ***", "beside ***");
    }

    @Test
    void whatIsOffStaysOff() {
        own().setLevel(Level.WARN);
        own().info("of {}", SECRET);
        own().info("of nothing");
        assertThat(said.list).isEmpty();
    }

    @Test
    void aResetDoesNotRemoveIt() {
        loggers.reset();
        turnOn();
        own().warn("of {}", SECRET);
        loggers.getLogger("a.library").debug("everything");
        assertThat(messages()).containsExactly("of ***");
    }

    @Test
    void aFilterThatLetsAllPassDoesNotPassIt() {
        loggers.addTurboFilter(new TurboFilter() {
            @Override
            public FilterReply decide(
                    @Nullable Marker marker,
                    Logger logger,
                    Level level,
                    @Nullable String format,
                    Object @Nullable [] arguments,
                    @Nullable Throwable thrown) {
                return FilterReply.ACCEPT;
            }
        });
        own().warn("of {}", SECRET);
        loggers.getLogger("a.library").debug("everything");
        assertThat(messages()).containsExactly("of ***");
    }

    private Logger own() {
        return loggers.getLogger("dev.facefuse.function.Own");
    }

    private List<String> messages() {
        return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static String text(@Nullable IThrowableProxy thrown) {
        if (thrown == null) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.valueOf(thrown.getMessage())).append(text(thrown.getCause()));
        for (IThrowableProxy suppressed : thrown.getSuppressed()) {
            text.append(text(suppressed));
        }
        return text.toString();
    }
}
