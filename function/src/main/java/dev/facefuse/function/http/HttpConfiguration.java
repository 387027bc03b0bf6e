package dev.facefuse.function.http;

import dev.facefuse.function.Engine;
import dev.facefuse.function.FacesFunction;
import dev.facefuse.function.FuseInput;
import dev.facefuse.function.FuseJson;
import dev.facefuse.function.FuseOutput;
import dev.facefuse.function.Storage;
import dev.facefuse.function.application.FacefuseProperties;
import dev.facefuse.function.application.FunctionConfiguration;
import dev.facefuse.function.application.FuseMeters;
import dev.facefuse.function.events.Event;
import dev.facefuse.function.events.Outcome;
import jakarta.servlet.DispatcherType;
import java.util.List;
import java.util.function.Function;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.cloud.function.context.FunctionCatalog;
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
            FunctionCatalog catalog,
            FuseJson json,
            FacefuseProperties properties,
            BodyReader bodies,
            FuseMeters meters) {
        Function<FuseInput, FuseOutput> function = catalog.lookup(Function.class, "fuse");
        return new FuseController(new FuseExchange(meters.counting(function), json), json, properties, bodies);
    }

    @Bean
    FacesController facesController(
            @Lazy Engine engine, Storage storage, FuseJson json, FacefuseProperties properties, BodyReader bodies) {
        return new FacesController(
                new FacesFunction(engine, storage, json.maxPictureBytes()), json, properties, bodies);
    }

    @Bean
    @ConditionalOnBooleanProperty(name = RelayConfiguration.RELAY, havingValue = false, matchIfMissing = true)
    EventController eventController(
            FunctionCatalog catalog,
            OpenRequests requests,
            BodyReader bodies,
            FacefuseProperties properties,
            ProblemWriter problems,
            FuseMeters meters) {
        Function<Event, List<Outcome>> function = catalog.lookup(Function.class, "events");
        return new EventController(function, requests, bodies, BodyPace.ofEvents(properties), problems, meters);
    }

    @Bean
    BodyReader bodyReader(ClientWatch watch, @Lazy Engine engine) {
        return new BodyReader(watch, new BodyMemory(engine, Runtime.getRuntime().maxMemory()));
    }

    @Bean
    OpenRequests openRequests(FacefuseProperties properties, @Lazy Engine engine) {
        return new OpenRequests(
                properties.openRequests(), properties.admission().admitted(), engine, System::nanoTime);
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
            OpenRequests requests, ProblemWriter problems, FuseMeters meters) {
        FilterRegistrationBean<EntranceFilter> filter =
                WebConfiguration.filter(new EntranceFilter(requests, problems, meters), WebConfiguration.ENTRANCE);
        filter.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        filter.addUrlPatterns(FuseExchange.PATH, FacesController.PATH);
        return filter;
    }
}
