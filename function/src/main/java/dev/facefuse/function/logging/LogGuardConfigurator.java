package dev.facefuse.function.logging;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;

/** Installs the {@link LogGuard} before any configuration. Logback finds it as a service. */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_TOP_PRIORITY)
public final class LogGuardConfigurator extends ContextAwareBase implements Configurator {

    @Override
    public ExecutionStatus configure(LoggerContext loggers) {
        LogGuard.install(loggers);
        return ExecutionStatus.INVOKE_NEXT_IF_ANY;
    }
}
