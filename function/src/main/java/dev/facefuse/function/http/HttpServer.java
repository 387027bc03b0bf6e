package dev.facefuse.function.http;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.Engine;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.Storage;
import dev.facefuse.function.Words;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Outcome;
import dev.facefuse.function.events.UploadFunction;
import dev.facefuse.function.storage.UriStorage;
import jakarta.servlet.Filter;
import jakarta.servlet.MultipartConfigElement;
import java.net.SocketException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.InfoEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.autoconfigure.context.ConfigurationPropertiesAutoConfiguration;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.context.PropertyPlaceholderAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.MultipartAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.actuate.endpoint.web.WebMvcHealthEndpointExtensionAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.cloud.function.context.FunctionCatalog;
import org.springframework.cloud.function.context.config.ContextFunctionCatalogAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import tools.jackson.databind.json.JsonMapper;

/**
 * The function behind HTTP: opens the engine, listens, and closes in the other order: no new requests, the running ones to
 * their end, then the engine.
 *
 * <pre>{@code
 * try (HttpServer server = HttpServer.start(Map.of("server.port", 0), Engine::open)) {
 *     URI.create("http://localhost:" + server.port() + "/fuse");
 * }
 * }</pre>
 */
public final class HttpServer implements AutoCloseable {
    private final ConfigurableApplicationContext context;

    private HttpServer(ConfigurableApplicationContext context) {
        this.context = context;
    }

    /**
     * Starts listening.
     *
     * @param settings properties that win over environment and configuration file, such as {@code server.port}
     * @param opener makes the engine
     * @throws FuseException if the port is taken or a setting is not understood; wrapped in Spring's exceptions, if settings
     *     or engine do not hold
     */
    public static HttpServer start(Map<String, Object> settings, Function<EngineSettings, Engine> opener) {
        SpringApplication application = new SpringApplication(Configuration.class);
        application.setBannerMode(Banner.Mode.OFF);
        application.setLogStartupInfo(false);
        application.addInitializers(
                context -> context.getBeanFactory().registerSingleton("engineOpener", new Opener(opener)));
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        try {
            return new HttpServer(application.run(arguments));
        } catch (RuntimeException e) {
            throw translated(e);
        }
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
                                        + "); name another with --port or PORT.",
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
                name + " is '" + Words.quoted(String.valueOf(value))
                        + "', which is not understood; see the README for what it may be.",
                cause);
    }

    private static FuseException refused(String sentence, RuntimeException cause) {
        return new FuseException(ErrorCode.BAD_REQUEST, sentence, cause);
    }

    /** The port that is listened on. */
    public int port() {
        return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
    }

    /** Lets running requests end, then closes the engine. */
    @Override
    public void close() {
        context.close();
    }

    private record Opener(Function<EngineSettings, Engine> open) {}

    /** The beans, all named here: nothing is scanned for, and of Spring Boot's 106 configurations only what is used is read. */
    @SpringBootConfiguration(proxyBeanMethods = false)
    @ImportAutoConfiguration({
        ConfigurationPropertiesAutoConfiguration.class,
        PropertyPlaceholderAutoConfiguration.class,
        LifecycleAutoConfiguration.class,
        // HTTP
        TomcatServletWebServerAutoConfiguration.class,
        DispatcherServletAutoConfiguration.class,
        WebMvcAutoConfiguration.class,
        MultipartAutoConfiguration.class,
        ErrorMvcAutoConfiguration.class,
        // The function
        ContextFunctionCatalogAutoConfiguration.class,
        // Health
        ApplicationAvailabilityAutoConfiguration.class,
        AvailabilityHealthContributorAutoConfiguration.class,
        AvailabilityProbesAutoConfiguration.class,
        HealthContributorRegistryAutoConfiguration.class,
        HealthContributorAutoConfiguration.class,
        HealthEndpointAutoConfiguration.class,
        WebMvcHealthEndpointExtensionAutoConfiguration.class,
        InfoEndpointAutoConfiguration.class,
        EndpointAutoConfiguration.class,
        JacksonEndpointAutoConfiguration.class,
        // Metrics
        MetricsAutoConfiguration.class,
        PrometheusMetricsExportAutoConfiguration.class,
        // The endpoints' door
        WebEndpointAutoConfiguration.class,
        ManagementContextAutoConfiguration.class,
        ServletManagementContextAutoConfiguration.class
    })
    @EnableConfigurationProperties(FacefuseProperties.class)
    @Import({ProblemAdvice.class, ProblemErrorController.class})
    static class Configuration {
        private static final Logger log = LoggerFactory.getLogger(HttpServer.class);

        /** For what needs no place among the open requests. */
        private static final int SPARE_THREADS = 16;

        // The filters' order: a place is taken by who may come in.
        private static final int HEADERS = Ordered.HIGHEST_PRECEDENCE;
        private static final int ACCESS = HEADERS + 1;
        private static final int ENTRANCE = ACCESS + 1;

        /** Loads libtorch while Tomcat starts. */
        @Bean(bootstrap = Bean.Bootstrap.BACKGROUND)
        Engine engine(FacefuseProperties properties, Opener opener) {
            if (!properties.label().implicit()) {
                log.warn(
                        "Labels are off (facefuse.label.implicit): pictures do not say in their metadata that they are fused.");
            }
            return opener.open().apply(properties.engineSettings());
        }

        @Bean
        Executor bootstrapExecutor() {
            return task -> {
                Thread thread = new Thread(task, "facefuse-engine-open");
                thread.setDaemon(true);
                thread.start();
            };
        }

        @Bean
        UriStorage storage(FacefuseProperties properties) {
            return UriStorage.open(properties.storage().settings());
        }

        @Bean
        FuseFunction fuse(@Lazy Engine engine, Storage storage, FuseJson json) {
            return new FuseFunction(engine, storage, json);
        }

        @Bean
        FuseController fuseController(
                FunctionCatalog catalog, FuseJson json, FacefuseProperties properties, FuseMeters meters) {
            Function<FuseInput, FuseOutput> function = catalog.lookup(Function.class, "fuse");
            return new FuseController(meters.counting(function), json, properties);
        }

        /** Beside {@code fuse} in the catalog, for doors that are made of it. */
        @Bean
        UploadFunction events(
                FuseFunction fuse, Storage storage, FuseJson json, FacefuseProperties properties, FuseMeters meters) {
            return new UploadFunction(
                    meters.counting(fuse), storage, json, properties.events().settings());
        }

        @Bean
        EventController eventController(
                FunctionCatalog catalog, OpenRequests requests, ProblemWriter problems, FuseMeters meters) {
            Function<Event, List<Outcome>> function = catalog.lookup(Function.class, "events");
            return new EventController(function, requests, problems, meters);
        }

        @Bean
        FuseJson fuseJson(FacefuseProperties properties) {
            return new FuseJson(properties.limits().bytes().toBytes());
        }

        /** In place of Spring Boot's own, so that every door reads the same JSON. */
        @Bean
        JsonMapper fuseJsonMapper(FuseJson json) {
            return json.mapper();
        }

        @Bean
        FuseMeters fuseMeters(@Lazy Engine engine) {
            return new FuseMeters(engine);
        }

        @Bean
        OpenRequests openRequests(FacefuseProperties properties, @Lazy Engine engine) {
            return new OpenRequests(
                    properties.openRequests(), properties.admission().admitted(), engine, System::nanoTime);
        }

        /** First of all filters: what the others answer has these headers too. */
        @Bean
        FilterRegistrationBean<SecurityHeadersFilter> securityHeadersFilter() {
            return filter(new SecurityHeadersFilter(), HEADERS);
        }

        @Bean
        AccessTokens accessTokens(FacefuseProperties properties) {
            return AccessTokens.of(properties.access());
        }

        @Bean
        FilterRegistrationBean<AccessFilter> accessFilter(
                AccessTokens tokens, ProblemWriter problems, FuseMeters meters) {
            return filter(new AccessFilter(tokens, problems, meters), ACCESS);
        }

        /** Said of a server that is there, not of one that could not start. */
        @Bean
        ApplicationListener<ApplicationReadyEvent> openAccess(AccessTokens tokens) {
            return ready -> {
                if (tokens.none()) {
                    log.info(
                            "Access is open to whoever reaches the port; facefuse.access.tokens would ask for a token.");
                }
            };
        }

        /** Who is turned away passes none of Spring's. */
        @Bean
        FilterRegistrationBean<EntranceFilter> entranceFilter(
                OpenRequests requests, ProblemWriter problems, FuseMeters meters) {
            FilterRegistrationBean<EntranceFilter> filter =
                    filter(new EntranceFilter(requests, problems, meters), ENTRANCE);
            filter.addUrlPatterns("/fuse");
            return filter;
        }

        private static <T extends Filter> FilterRegistrationBean<T> filter(T filter, int order) {
            FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
            registration.setOrder(order);
            return registration;
        }

        @Bean
        ProblemWriter problemWriter(FuseJson json) {
            return new ProblemWriter(json);
        }

        /** Parts stay in memory, within limits: nothing is ever left in a temporary folder. */
        @Bean
        MultipartConfigElement multipartConfigElement(FacefuseProperties properties) {
            long largest = properties.maxMultipartBytes();
            return new MultipartConfigElement("", largest, largest, Math.toIntExact(largest));
        }

        @Bean
        WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(
                ProblemWriter problems, FacefuseProperties properties) {
            return factory -> {
                factory.addContextCustomizers(context -> {
                    context.getParent().getPipeline().addValve(new ProblemValve(problems));
                    context.getParent().getPipeline().addValve(new ClientConnection.Valve());
                });
                // Of a body that is refused the rest is read and dropped, so that the answer arrives: a client that
                // still sends
                // when the connection is closed may never see it.
                factory.addConnectorCustomizers(
                        connector -> connector.setProperty("maxSwallowSize", Long.toString(properties.maxJsonBytes())));
                // "100 Continue" only when the body is wanted: a refusal costs the caller no upload.
                factory.addConnectorCustomizers(connector -> connector.setProperty("continueResponseTiming", "onread"));
                // An open request keeps its thread; refusals and health checks need some, however many are open.
                factory.addConnectorCustomizers(connector -> {
                    if (connector.getProtocolHandler() instanceof AbstractProtocol<?> http) {
                        http.setMaxThreads(Math.max(http.getMaxThreads(), properties.openRequests() + SPARE_THREADS));
                    }
                });
            };
        }
    }
}
