package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.function.FacesFunction;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.Storage;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FunctionConfiguration;
import dev.facefuse.function.application.FuseMeters;
import dev.facefuse.function.broker.BrokerConfiguration;
import dev.facefuse.function.broker.EventPublisher;
import dev.facefuse.function.events.UploadFunction;
import jakarta.servlet.DispatcherType;
import java.util.List;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.PropertySource;
import org.springframework.http.HttpStatus;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** {@code POST /fuse}, {@code /faces} and {@code /events}, and the page. */
@SpringBootConfiguration(proxyBeanMethods = false)
@PropertySource("classpath:/dev/facefuse/function/http/http.properties")
@Import({FunctionConfiguration.class, WebConfiguration.class})
class HttpConfiguration {
    private static final String RELAY = "facefuse.events.relay";

    @Bean
    FuseController fuseController(
            FuseFunction fuse,
            FuseJson json,
            InputReader inputs,
            BodyReader bodies,
            FacefuseProperties properties,
            FuseMeters meters) {
        FuseEndpoint endpoint = new FuseEndpoint(meters.counting(fuse::apply), json);
        return new FuseController(endpoint, inputs, json, bodies, BodyPace.ofPictures(properties));
    }

    @Bean
    FacesController facesController(
            @Lazy FuseEngine engine,
            Storage storage,
            FuseJson json,
            InputReader inputs,
            BodyReader bodies,
            FacefuseProperties properties) {
        FacesFunction function = new FacesFunction(engine, storage, json.maxPictureBytes());
        return new FacesController(function, inputs, json, bodies, BodyPace.ofPictures(properties));
    }

    /** Handles events here. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(name = RELAY, havingValue = false, matchIfMissing = true)
    static class Events {

        @Bean
        EventController eventController(
                UploadFunction uploads, BodyReader bodies, FacefuseProperties properties, FuseMeters meters) {
            return new EventController(uploads, bodies, BodyPace.ofEvents(properties), meters);
        }

        @Bean
        FilterRegistrationBean<AdmissionFilter> eventAdmissionFilter(BodyLimiter limiter, FuseMeters meters) {
            return admission(
                    new AdmissionFilter(limiter, EventController.BUSY_STATUS, meters),
                    EventTypeFilter.EVENTS,
                    EventTypeFilter.INVOKE);
        }
    }

    /** Puts events into the queue. Nothing of RabbitMQ is loaded without this. */
    @Configuration(proxyBeanMethods = false)
    @ConditionalOnBooleanProperty(RELAY)
    @Import(BrokerConfiguration.class)
    static class RelayedEvents {

        @Bean
        RelayController relayController(
                EventPublisher relay, UploadFunction uploads, BodyReader bodies, FacefuseProperties properties) {
            return new RelayController(relay, uploads, bodies, BodyPace.ofEvents(properties));
        }
    }

    @Bean
    InputReader inputReader(FuseJson json, FacefuseProperties properties) {
        return new InputReader(json, properties.maxJsonBytes(), properties.maxMultipartBytes());
    }

    @Bean
    BodyReader bodyReader(ClientWatch watch, @Lazy FuseEngine engine) {
        return new BodyReader(watch, new BodyMemory(engine, Runtime.getRuntime().maxMemory()));
    }

    @Bean
    BodyLimiter bodyLimiter(FacefuseProperties properties, @Lazy FuseEngine engine) {
        return new BodyLimiter(properties.openRequests(), properties.admission().admitted(), engine, System::nanoTime);
    }

    @Bean
    WebMvcConfigurer responseFormats() {
        return new WebMvcConfigurer() {
            @Override
            public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
                resolvers.add(new ResponseFormat.Resolver());
            }
        };
    }

    /** Before the access token is demanded: the page is the same for everybody, and it is where people enter their token. */
    @Bean
    FilterRegistrationBean<PageFilter> pageFilter() throws Exception {
        return WebConfiguration.filter(new PageFilter(), WebConfiguration.PAGE);
    }

    @Bean
    FilterRegistrationBean<EventTypeFilter> eventTypeFilter() {
        FilterRegistrationBean<EventTypeFilter> filter =
                WebConfiguration.filter(new EventTypeFilter(), WebConfiguration.EVENT_TYPE);
        filter.addUrlPatterns(EventTypeFilter.EVENTS, EventTypeFilter.INVOKE);
        return filter;
    }

    @Bean
    FilterRegistrationBean<AdmissionFilter> admissionFilter(BodyLimiter limiter, FuseMeters meters) {
        return admission(
                new AdmissionFilter(limiter, HttpStatus.TOO_MANY_REQUESTS, meters),
                FuseEndpoint.PATH,
                FacesController.PATH);
    }

    private static FilterRegistrationBean<AdmissionFilter> admission(AdmissionFilter filter, String... paths) {
        FilterRegistrationBean<AdmissionFilter> registration =
                WebConfiguration.filter(filter, WebConfiguration.ADMISSION);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        registration.addUrlPatterns(paths);
        return registration;
    }
}
