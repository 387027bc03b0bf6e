package dev.facefuse.function.application;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Messages;
import dev.facefuse.function.logging.Redaction;
import java.net.SocketException;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;

/** Starts a Spring application with an engine, or explains in one sentence why it cannot. */
public final class Application {

    private Application() {}

    /**
     * Starts the application. Closing the context waits for running requests and then closes the engine.
     *
     * @param configuration declares all beans, including {@link FunctionConfiguration}'s
     * @param settings properties that override the environment and the configuration file, such as {@code server.port}
     * @param opener opens the engine
     * @throws FuseException if the port is taken, or a setting is unknown or not understood; wrapped in Spring's exceptions if settings
     *     are out of range or the engine cannot be opened
     */
    public static ConfigurableApplicationContext start(
            Class<?> configuration, Map<String, Object> settings, Function<EngineSettings, FuseEngine> opener) {
        SpringApplication application = new SpringApplication(configuration);
        EngineStarter starter = new EngineStarter(opener);
        application.addInitializers(
                context -> registerSecrets(context.getEnvironment()),
                context -> SettingNames.check(context.getEnvironment()),
                context -> starter.start(context.getEnvironment(), context.getBeanFactory()));
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        try {
            return application.run(arguments);
        } catch (RuntimeException e) {
            starter.close();
            throw translated(e);
        }
    }

    /** Registers the secrets in the settings, wherever these come from, so that the log's guard redacts them. */
    private static void registerSecrets(ConfigurableEnvironment environment) {
        environment.getPropertySources().stream()
                .filter(EnumerablePropertySource.class::isInstance)
                .flatMap(source -> Arrays.stream(((EnumerablePropertySource<?>) source).getPropertyNames()))
                .distinct()
                .forEach(name -> Redaction.know(name, environment.getProperty(name)));
    }

    private static RuntimeException translated(RuntimeException failure) {
        FuseException sentence = null;
        for (Throwable e = failure; e != null; e = e.getCause()) {
            if (e instanceof FuseException) {
                return failure;
            }
            if (e instanceof PortInUseException taken) {
                sentence = refused("Port " + taken.getPort() + " is taken; name another with --port or PORT.", failure);
            } else if (e instanceof SocketException socket) {
                sentence = sentence != null
                        ? sentence
                        : refused(
                                "The port cannot be listened on (" + socket.getMessage()
                                        + "); name another with --port or PORT, or another address of this machine with --host or"
                                        + " FACEFUSE_HOST.",
                                failure);
            } else if (e instanceof BindException bind && bind.getProperty() != null) {
                sentence = notUnderstood(
                        bind.getName().toString(), bind.getProperty().getValue(), failure);
            } else if (e instanceof InvalidConfigurationPropertyValueException invalid) {
                sentence = notUnderstood(invalid.getName(), invalid.getValue(), failure);
            }
        }
        return sentence == null ? failure : sentence;
    }

    private static FuseException notUnderstood(String name, @Nullable Object value, RuntimeException cause) {
        return refused(
                name + " is '"
                        + (Redaction.isSecret(name) ? "***" : Messages.quoted(String.valueOf(value)))
                        + "', which is not understood; see docs/configuration.md for its values.",
                cause);
    }

    private static FuseException refused(String sentence, RuntimeException cause) {
        return new FuseException(ErrorCode.BAD_REQUEST, sentence, cause);
    }
}
