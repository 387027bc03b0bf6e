package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.function.FuseJson;
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
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/** The server itself: health and metrics, who may come in, problems. What else it answers is for others to add. */
@Configuration(proxyBeanMethods = false)
@ImportAutoConfiguration({
    TomcatServletWebServerAutoConfiguration.class,
    DispatcherServletAutoConfiguration.class,
    WebMvcAutoConfiguration.class,
    ErrorMvcAutoConfiguration.class,
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
@Import({ProblemAdvice.class, ProblemErrorController.class})
public class WebConfiguration {
    private static final Logger log = LoggerFactory.getLogger(WebConfiguration.class);

    /** For what needs no place among the open requests. */
    private static final int SPARE_THREADS = 16;

    // The filters' order: other web sites get nothing at all; all other clients get the page; only requests
    // with a token are admitted.
    private static final int RESPONSE = Ordered.HIGHEST_PRECEDENCE;
    private static final int BODY = RESPONSE + 1;
    private static final int NAME = BODY + 1;
    private static final int TRACE = NAME + 1;
    private static final int HEADERS = TRACE + 1;
    private static final int ORIGIN = HEADERS + 1;
    static final int PAGE = ORIGIN + 1;
    private static final int ACCESS = PAGE + 1;
    private static final int CONTENT_TYPE = ACCESS + 1;
    private static final int CONTENT_ENCODING = CONTENT_TYPE + 1;
    static final int EVENT_TYPE = CONTENT_ENCODING + 1;
    static final int ENTRANCE = EVENT_TYPE + 1;

    @Bean
    FilterRegistrationBean<ResponseFilter> responseFilter() {
        FilterRegistrationBean<ResponseFilter> registration = filter(new ResponseFilter(), RESPONSE);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC, DispatcherType.ERROR);
        return registration;
    }

    @Bean
    FilterRegistrationBean<UnreadableBodyFilter> unreadableBodyFilter() {
        return everyDispatch(new UnreadableBodyFilter(), BODY);
    }

    @Bean
    ClientWatch clientWatch() {
        return new ClientWatch(System::nanoTime);
    }

    @Bean
    FilterRegistrationBean<RequestIdFilter> requestIdFilter() {
        return everyDispatch(new RequestIdFilter(), NAME);
    }

    @Bean
    FilterRegistrationBean<TraceContextFilter> traceContextFilter(
            FusionTracing tracing, FacefuseProperties properties) {
        FilterRegistrationBean<TraceContextFilter> registration = everyDispatch(new TraceContextFilter(tracing), TRACE);
        registration.setEnabled(properties.tracing());
        return registration;
    }

    /** Before those that answer: what they answer has these headers too. */
    @Bean
    FilterRegistrationBean<SecurityHeadersFilter> securityHeadersFilter() {
        return filter(new SecurityHeadersFilter(), HEADERS);
    }

    @Bean
    FilterRegistrationBean<OriginFilter> originFilter(
            ListenAddress address, FacefuseProperties properties, ProblemWriter problems) {
        Set<String> origins = Origins.parse(properties.http().origins());
        AllowedHosts hosts = new AllowedHosts(
                address.isLoopback(), AllowedHosts.parse(properties.http().hosts()), origins);
        return filter(new OriginFilter(hosts, origins, problems), ORIGIN);
    }

    @Bean
    ListenAddress listenAddress(
            FacefuseProperties properties,
            @Value("${server.address:#{null}}") @Nullable InetAddress serverAddress,
            AccessTokens tokens) {
        return ListenAddress.of(properties.host(), serverAddress, tokens);
    }

    @Bean
    FilterRegistrationBean<AccessFilter> accessFilter(AccessTokens tokens, ProblemWriter problems, FuseMeters meters) {
        return filter(new AccessFilter(tokens, problems, meters), ACCESS);
    }

    @Bean
    FilterRegistrationBean<ContentTypeFilter> contentTypeFilter(ProblemWriter problems) {
        return filter(new ContentTypeFilter(problems), CONTENT_TYPE);
    }

    @Bean
    FilterRegistrationBean<ContentEncodingFilter> contentEncodingFilter(ProblemWriter problems) {
        return filter(new ContentEncodingFilter(problems), CONTENT_ENCODING);
    }

    /** Said of a server that is there, not of one that could not start. */
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

    /** Also when a request comes again because its body is here. */
    private static <T extends Filter> FilterRegistrationBean<T> everyDispatch(T filter, int order) {
        FilterRegistrationBean<T> registration = filter(filter, order);
        registration.setDispatcherTypes(EnumSet.allOf(DispatcherType.class));
        return registration;
    }

    /** By its name the group of readiness knows it. */
    @Bean
    EngineHealthIndicator engineHealthIndicator(@Lazy FuseEngine engine) {
        return new EngineHealthIndicator(engine);
    }

    @Bean
    ProblemWriter problemWriter(FuseJson json) {
        return new ProblemWriter(json);
    }

    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat(
            ProblemWriter problems, ClientWatch watch, FacefuseProperties properties, ListenAddress address) {
        return factory -> {
            factory.setAddress(address.address());
            factory.addContextCustomizers(context -> {
                context.getParent().getPipeline().addValve(new UnreadBodyValve(watch));
                context.getParent().getPipeline().addValve(new ProblemValve(problems));
                context.getParent().getPipeline().addValve(new ClientConnection.Valve());
                context.getParent().getPipeline().addValve(new MultipartValve());
            });
            factory.setProtocol(ResettableProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                ConnectorAdapter.install(connector, UnreadBodyAdapter::new);
                ResettableProtocol protocol = (ResettableProtocol) connector.getProtocolHandler();
                BodyPace pace = BodyPace.ofResponses(properties);
                ConnectorAdapter.install(connector, adapter -> new ResponseAdapter(adapter, watch, pace, protocol));
                long headNanos = BodyPace.ofEvents(properties).timeout().toNanos();
                watch.add(new LateHeads(protocol, headNanos, watch.nanoTime()));
            });
            // Form fields are not read as parameters, because that would happen on a worker thread.
            factory.addConnectorCustomizers(connector -> connector.setParseBodyMethods(""));
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
