package dev.facefuse.function.application;

import dev.facefuse.function.logging.LogGuard;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LogFile;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.logging.LoggingSystemFactory;
import org.springframework.boot.logging.logback.LogbackLoggingSystem;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/** Spring Boot's logging system, which installs the {@link LogGuard} again each time it configures Logback. */
final class GuardedLogging extends LogbackLoggingSystem {

    GuardedLogging(ClassLoader loader) {
        super(loader);
    }

    @Override
    public void beforeInitialize() {
        super.beforeInitialize();
        LogGuard.install();
    }

    @Override
    public void initialize(
            LoggingInitializationContext context, @Nullable String configLocation, @Nullable LogFile logFile) {
        super.initialize(context, configLocation, logFile);
        LogGuard.install();
    }

    @Override
    protected void loadConfiguration(LoggingInitializationContext context, String location, @Nullable LogFile logFile) {
        super.loadConfiguration(context, location, logFile);
        LogGuard.install();
    }

    @Override
    public void cleanUp() {
        super.cleanUp();
        LogGuard.install();
    }

    /** Registered in {@code META-INF/spring.factories}. */
    @Order(Ordered.HIGHEST_PRECEDENCE)
    static final class Factory implements LoggingSystemFactory {
        @Override
        public LoggingSystem getLoggingSystem(ClassLoader loader) {
            return new GuardedLogging(loader);
        }
    }
}
