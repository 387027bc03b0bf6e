package dev.facefuse.function.http;

import dev.facefuse.engine.FuseEngine;
import dev.facefuse.function.FacesFunction;
import dev.facefuse.function.FuseFunction;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.Storage;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FunctionConfiguration;
import dev.facefuse.function.application.FuseMeters;
import dev.facefuse.function.events.UploadFunction;
import jakarta.servlet.DispatcherType;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.PropertySource;

/** {@code POST /fuse}, {@code /faces} and {@code /events}, and the page. */
@SpringBootConfiguration(proxyBeanMethods = false)
@PropertySource("classpath:/dev/facefuse/function/http/http.properties")
@Import({FunctionConfiguration.class, WebConfiguration.class, RelayConfiguration.class})
class HttpConfiguration {

    @Bean
    FuseController fuseController(
            FuseFunction fuse, FuseJson json, FacefuseProperties properties, BodyReader bodies, FuseMeters meters) {
        return new FuseController(new FuseExchange(meters.counting(fuse::apply), json), json, properties, bodies);
    }

    @Bean
    FacesController facesController(
            @Lazy FuseEngine engine, Storage storage, FuseJson json, FacefuseProperties properties, BodyReader bodies) {
        return new FacesController(
                new FacesFunction(engine, storage, json.maxPictureBytes()), json, properties, bodies);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = RelayConfiguration.RELAY, havingValue = false, matchIfMissing = true)
    EventController eventController(
            UploadFunction events,
            BodyLimiter requests,
            BodyReader bodies,
            FacefuseProperties properties,
            ProblemWriter problems,
            FuseMeters meters) {
        return new EventController(events, requests, bodies, BodyPace.ofEvents(properties), problems, meters);
    }

    @Bean
    BodyReader bodyReader(ClientWatch watch, @Lazy FuseEngine engine) {
        return new BodyReader(watch, new BodyMemory(engine, Runtime.getRuntime().maxMemory()));
    }

    @Bean
    BodyLimiter openRequests(FacefuseProperties properties, @Lazy FuseEngine engine) {
        return new BodyLimiter(properties.openRequests(), properties.admission().admitted(), engine, System::nanoTime);
    }

    /** Before the token is asked for: what it answers is the same for everybody, and the page is what asks people for one. */
    @Bean
    FilterRegistrationBean<PageFilter> pageFilter() {
        return WebConfiguration.filter(new PageFilter(PageFile.all()), WebConfiguration.PAGE);
    }

    @Bean
    FilterRegistrationBean<EventTypeFilter> eventTypeFilter(ProblemWriter problems) {
        FilterRegistrationBean<EventTypeFilter> filter =
                WebConfiguration.filter(new EventTypeFilter(problems), WebConfiguration.EVENT_TYPE);
        filter.addUrlPatterns(EventTypeFilter.EVENTS, EventTypeFilter.INVOKE);
        return filter;
    }

    /** Who is turned away passes none of Spring's. */
    @Bean
    FilterRegistrationBean<EntranceFilter> entranceFilter(
            BodyLimiter requests, ProblemWriter problems, FuseMeters meters) {
        FilterRegistrationBean<EntranceFilter> filter =
                WebConfiguration.filter(new EntranceFilter(requests, problems, meters), WebConfiguration.ENTRANCE);
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter.addUrlPatterns(FuseExchange.PATH, FacesController.PATH);
        return filter;
    }
}
