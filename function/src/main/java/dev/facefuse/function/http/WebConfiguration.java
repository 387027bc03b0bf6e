package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FusionTracing;
import dev.facefuse.function.application.AccessTokens;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FuseMeters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import java.net.InetAddress;
import java.util.EnumSet;
import java.util.Set;
import org.apache.coyote.AbstractProtocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.actuate.autoconfigure.endpoint.EndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.jackson.JacksonEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.info.InfoEndpointAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementContextAutoConfiguration;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.availability.ApplicationAvailabilityAutoConfiguration;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration;
import org.springframework.boot.health.autoconfigure.actuate.endpoint.HealthEndpointAutoConfiguration;
import org.springframework.boot.health.autoconfigure.application.AvailabilityHealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.contributor.HealthContributorAutoConfiguration;
import org.springframework.boot.health.autoconfigure.registry.HealthContributorRegistryAutoConfiguration;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.export.prometheus.PrometheusMetricsExportAutoConfiguration;
import org.springframework.boot.servlet.autoconfigure.actuate.web.ServletManagementContextAutoConfiguration;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.actuate.endpoint.web.WebMvcHealthEndpointExtensionAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/** The web server: access, problem responses, health and metrics. Other configurations add the paths that do more. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
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
    // Web endpoints of both
    WebEndpointAutoConfiguration.class,
    ManagementContextAutoConfiguration.class,
    ServletManagementContextAutoConfiguration.class
})
@Import(ProblemAdvice.class)
public class WebConfiguration {
    private static final Logger log = LoggerFactory.getLogger(WebConfiguration.class);

    /** Threads for requests that need no slot of {@link BodyLimiter}, such as rejections and health checks. */
    private static final int SPARE_THREADS = 16;

    // The order of the filters: pages of other web sites are rejected first, then everybody gets the page, then
    // requests without a
    // token are rejected.
    private static final int RESPONSE = Ordered.HIGHEST_PRECEDENCE;
    private static final int SAFE_REQUEST = RESPONSE + 1;
    private static final int CORRELATION = SAFE_REQUEST + 1;
    private static final int HEADERS = CORRELATION + 1;
    private static final int ORIGIN = HEADERS + 1;
    static final int PAGE = ORIGIN + 1;
    private static final int ACCESS = PAGE + 1;
    static final int EVENT_TYPE = ACCESS + 1;
    static final int ADMISSION = EVENT_TYPE + 1;

    @Bean
    FilterRegistrationBean<ResponseFilter> responseFilter() {
        return everyDispatch(new ResponseFilter(), RESPONSE);
    }

    @Bean
    FilterRegistrationBean<SafeRequestFilter> safeRequestFilter() {
        return everyDispatch(new SafeRequestFilter(), SAFE_REQUEST);
    }

    @Bean
    ClientWatch clientWatch() {
        return new ClientWatch(System::nanoTime);
    }

    @Bean
    FilterRegistrationBean<CorrelationFilter> correlationFilter(FusionTracing tracing) {
        return everyDispatch(new CorrelationFilter(tracing), CORRELATION);
    }

    /** Before the filters that send responses, which need these headers too. */
    @Bean
    FilterRegistrationBean<SecurityHeadersFilter> securityHeadersFilter() {
        return filter(new SecurityHeadersFilter(), HEADERS);
    }

    @Bean
    FilterRegistrationBean<OriginFilter> originFilter(ListenAddress address, FacefuseProperties properties) {
        Set<String> origins = Origins.parse(properties.http().origins());
        AllowedHosts hosts = new AllowedHosts(
                address.isLoopback(), AllowedHosts.parse(properties.http().hosts()), origins);
        return filter(new OriginFilter(hosts, origins), ORIGIN);
    }

    @Bean
    ListenAddress listenAddress(
            FacefuseProperties properties,
            @Value("${server.address:#{null}}") @Nullable InetAddress serverAddress,
            AccessTokens tokens) {
        return ListenAddress.of(properties.host(), serverAddress, tokens);
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(AccessTokens tokens, FuseMeters meters) {
        return filter(new AccessFilter(tokens, meters), ACCESS);
    }

    /** Logs the address once the server listens. */
    @Bean
    ApplicationListener<ApplicationReadyEvent> listening(ListenAddress address, AccessTokens tokens) {
        return ready -> {
            if (tokens.none() && !address.isLoopback()) {
                log.warn("{}", address.meaning(tokens));
            } else {
                log.info("{}", address.meaning(tokens));
            }
        };
    }

    static <T extends Filter> FilterRegistrationBean<T> filter(T filter, int order) {
        FilterRegistrationBean<T> registration = new FilterRegistrationBean<>(filter);
        registration.setOrder(order);
        return registration;
    }

    /** Also for the dispatch of a request whose body has arrived. */
    private static <T extends Filter> FilterRegistrationBean<T> everyDispatch(T filter, int order) {
        FilterRegistrationBean<T> registration = filter(filter, order);
        registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        return registration;
    }

    /** Readiness includes it as {@code engine}: a process whose native libraries cannot be loaded gets no more requests. */
    @Bean
    HealthIndicator engineHealthIndicator(@Lazy FuseEngine engine) {
        return () -> {
            FuseException failure = engine.failure();
            return failure == null
                    ? Health.up().build()
                    : Health.down().withDetail("code", failure.code().code()).build();
        };
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(
            ClientWatch watch, FacefuseProperties properties, ListenAddress address) {
        return factory -> {
            factory.setAddress(address.address());
            factory.addContextCustomizers(context -> {
                context.getParent().getPipeline().addValve(new UnreadBodyValve(watch));
                context.getParent().getPipeline().addValve(new ProblemValve());
            });
            factory.setProtocol(ResettableProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                ConnectionAdapter.install(connector, watch, BodyPace.ofResponses(properties));
                ResettableProtocol protocol = (ResettableProtocol) connector.getProtocolHandler();
                protocol.limitHeads(
                        watch, BodyPace.ofEvents(properties).timeout().toNanos());
            });
            // Form fields are not read as parameters, because that would happen on a worker thread.
            factory.addConnectorCustomizers(connector -> connector.setParseBodyMethods(""));
            // "100 Continue" is sent when the body is read, so a rejected client uploads nothing.
            factory.addConnectorCustomizers(connector -> connector.setProperty("continueResponseTiming", "onread"));
            // A fusion keeps its thread; rejections and health checks need threads of their own.
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof AbstractProtocol<?> http) {
                    http.setMaxThreads(Math.max(http.getMaxThreads(), properties.openRequests() + SPARE_THREADS));
                }
            });
        };
    }
}
