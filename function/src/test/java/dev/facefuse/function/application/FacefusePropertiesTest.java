package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.EngineSettings;
import dev.facefuse.engine.label.LabelSettings;
import dev.facefuse.engine.label.Mark;
import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.events.EventSettings;
import dev.facefuse.function.storage.StorageSettings;
import dev.facefuse.nativelib.AllocatorSettings;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/** Names and values of settings, as Spring Boot binds them. */
class FacefusePropertiesTest {

    @Test
    void nothingSaidIsTheDefault() {
        assertThat(memory(Map.of())).isEqualTo(MemorySettings.DEFAULT);
        assertThat(settings(Map.of()).label()).isEqualTo(LabelSettings.DEFAULT);
    }

    @Test
    void everyPropertyOfLabelsArrives() {
        LabelSettings label = settings(Map.of(
                        "facefuse.label.implicit", "false",
                        "facefuse.label.producer", "Example Ltd.",
                        "facefuse.label.propagator", "001",
                        "facefuse.label.mark", "zh",
                        "facefuse.label.mark-corner", "top-left"))
                .label();
        assertThat(label)
                .isEqualTo(
                        new LabelSettings(false, "Example Ltd.", "001", new Mark(Mark.Words.ZH, Mark.Corner.TOP_LEFT)));
        assertThat(environment(Map.of("FACEFUSE_LABEL_MARKCORNER", "BOTTOM_LEFT"))
                        .label()
                        .mark()
                        .corner())
                .isEqualTo(Mark.Corner.BOTTOM_LEFT);
    }

    @Test
    void refusesALabelInASentence() {
        refuses(Map.of("facefuse.label.producer", " "), "label.producer is empty; name who makes the pictures.");
        refuses(Map.of("facefuse.label.propagator", "x".repeat(201)), "label.propagator must be a name or code of");
        refuses(Map.of("facefuse.label.producer", "a\nb"), "label.producer must be a name or code of");
    }

    @Test
    void everyPropertyArrives() {
        MemorySettings memory = memory(Map.of(
                "facefuse.memory.plan", "staged",
                "facefuse.memory.reserve", "256MB",
                "facefuse.memory.cleaning", "always",
                "facefuse.memory.allocator.max-split-size-mb", "64",
                "facefuse.memory.allocator.garbage-collection-threshold", "0.8",
                "facefuse.memory.allocator.memory-fraction", "0.5",
                "facefuse.memory.allocator.launch-blocking", "true"));
        assertThat(memory.fastest()).isEqualTo(Plan.STAGED);
        assertThat(memory.reserveBytes()).isEqualTo(256 << 20);
        assertThat(memory.cleaning()).isEqualTo(CacheTrimPolicy.ALWAYS);
        assertThat(memory.allocator()).isEqualTo(new AllocatorSettings(64, false, 0.8, 0.5, true));
    }

    @Test
    void environmentVariablesAreTheSame() {
        MemorySettings memory = environment(Map.of(
                        "FACEFUSE_MEMORY_PLAN",
                        "streamed",
                        "FACEFUSE_MEMORY_RESERVE",
                        "0",
                        "FACEFUSE_MEMORY_CLEANING",
                        "never",
                        "FACEFUSE_MEMORY_ALLOCATOR_EXPANDABLESEGMENTS",
                        "true"))
                .memory();
        assertThat(memory.fastest()).isEqualTo(Plan.STREAMED);
        assertThat(memory.reserveBytes()).isZero();
        assertThat(memory.cleaning()).isEqualTo(CacheTrimPolicy.NEVER);
        // A split size does not go with them, so its default is left out.
        assertThat(memory.allocator()).isEqualTo(new AllocatorSettings(0, true, 0, 1, false));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "plan|fast|memory.plan is 'fast'; it must be auto, resident, staged, streamed or host.",
                "reserve|-1B|facefuse.memory.reserve is -1B; it cannot be negative.",
                "allocator.memory-fraction|2|facefuse.memory.allocator: ",
                "allocator.memory-fraction|0|facefuse.memory.allocator: ",
                "allocator.garbage-collection-threshold|1.5|facefuse.memory.allocator: ",
                "allocator.max-split-size-mb|-5|facefuse.memory.allocator: ",
                "allocator.max-split-size-mb|19|facefuse.memory.allocator: "
            })
    void refusesInASentence(String name, String value, String sentence) {
        refuses(Map.of("facefuse.memory." + name, value), sentence);
    }

    @Test
    void refusesASplitSizeWithExpandableSegments() {
        refuses(
                Map.of(
                        "facefuse.memory.allocator.expandable-segments", "true",
                        "facefuse.memory.allocator.max-split-size-mb", "128"),
                "facefuse.memory.allocator: ");
    }

    @Test
    void nothingIsStoredUnlessItIsSaid() {
        assertThat(properties(Map.of()).storage().settings()).isEqualTo(StorageSettings.NOTHING);
    }

    @Test
    void everyPropertyOfStorageArrives() {
        FacefuseProperties properties = properties(Map.of(
                "facefuse.storage.read", "s3://photos/incoming/, file:///srv/pictures/",
                "facefuse.storage.write", "s3://photos/fused/",
                "facefuse.storage.connect-timeout", "1s",
                "facefuse.storage.read-timeout", "2s",
                "facefuse.storage.timeout", "3s",
                "facefuse.storage.attempts", "4",
                "facefuse.storage.s3.endpoint", "http://store:9000",
                "facefuse.storage.s3.region", "eu-central-1",
                "facefuse.storage.s3.addressing", "virtual"));
        assertThat(properties.storage().settings())
                .isEqualTo(new StorageSettings(
                        List.of("s3://photos/incoming/", "file:///srv/pictures/"),
                        List.of("s3://photos/fused/"),
                        new StorageSettings.Timeouts(
                                Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3), 4),
                        new StorageSettings.S3(
                                URI.create("http://store:9000"), "eu-central-1", StorageSettings.Addressing.VIRTUAL)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "read|s3://photos|facefuse.storage.read has a place that is not understood",
                "write|photos/|facefuse.storage.write has a place that is not understood",
                "timeout|0s|facefuse.storage.timeout is 0 ms",
                "attempts|0|facefuse.storage.attempts is 0",
                "s3.endpoint|store:9000|facefuse.storage.s3.endpoint is not understood",
                "s3.endpoint|http://key:secret@store/|facefuse.storage.s3.endpoint is not understood"
            })
    void refusesStorageInASentence(String name, String value, String sentence) {
        refuses(Map.of("facefuse.storage." + name, value), sentence);
    }

    @Test
    void eventsHaveTheirPrefixes() {
        assertThat(properties(Map.of()).events().settings()).isEqualTo(EventSettings.DEFAULT);
        assertThat(properties(Map.of("facefuse.events.incoming", "in/", "facefuse.events.fused", "out/"))
                        .events()
                        .settings())
                .isEqualTo(new EventSettings("in/", "templates/", "out/"));
        refuses(Map.of("facefuse.events.fused", "incoming/fused/"), "facefuse.events.incoming, .templates and .fused");
    }

    @Test
    void eventsHaveLimits() {
        EventSettings settings = variables(Map.of("FACEFUSE_EVENTS_MAXUPLOADS", "7", "FACEFUSE_EVENTS_DEADLINE", "20s"))
                .events()
                .settings();
        assertThat(settings.maxUploads()).isEqualTo(7);
        assertThat(settings.deadline()).isEqualTo(Duration.ofSeconds(20));
        assertThat(EventSettings.DEFAULT.maxUploads()).isEqualTo(1000);
        assertThat(EventSettings.DEFAULT.deadline()).isEqualTo(Duration.ofMinutes(5));
        refuses(
                Map.of("facefuse.events.max-uploads", "0"),
                "facefuse.events.max-uploads is 0; it must be between 1 and");
        refuses(
                Map.of("facefuse.events.deadline", "0s"),
                "facefuse.events.deadline is 0 ms; it must be between 1s and");
    }

    @Test
    void eventsAreNotRelayedUnlessItIsSaid() {
        assertThat(properties(Map.of()).events().relay()).isFalse();
        assertThat(properties(Map.of("facefuse.events.relay", "true")).events().relay())
                .isTrue();
    }

    @Test
    void everyPropertyOfTheQueueArrives() {
        assertThat(properties(Map.of()).queue())
                .isEqualTo(new QueueProperties("facefuse", "uploads", 5, Duration.ofSeconds(30), 5));
        assertThat(variables(Map.of(
                                "FACEFUSE_QUEUE_EXCHANGE", "photos",
                                "FACEFUSE_QUEUE_GROUP", "fusions",
                                "FACEFUSE_QUEUE_TRIES", "3",
                                "FACEFUSE_QUEUE_RETRYDELAY", "2m",
                                "FACEFUSE_QUEUE_REDELIVERIES", "20"))
                        .queue())
                .isEqualTo(new QueueProperties("photos", "fusions", 3, Duration.ofMinutes(2), 20));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "exchange|amq.topic|facefuse.queue.exchange must have up to 100 letters",
                "exchange|a/b|facefuse.queue.exchange must have up to 100 letters",
                "group|''|facefuse.queue.group must have up to 100 letters",
                "tries|0|facefuse.queue.tries is 0; it must be between 1 and 100.",
                "retry-delay|25h|facefuse.queue.retry-delay is 90000000 ms; it must be between 0 and a day.",
                "redeliveries|0|facefuse.queue.redeliveries is 0; it must be between 1 and 1000."
            })
    void refusesAQueueInASentence(String name, String value, String sentence) {
        refuses(Map.of("facefuse.queue." + name, value), sentence);
    }

    @Test
    void accessIsOpenUnlessItIsSaid() {
        assertThat(properties(Map.of()).access()).isEqualTo(new AccessProperties(null, null));
    }

    @ParameterizedTest
    @CsvSource({"TOKENS, tokens", "TOKENSFILE, tokens-file"})
    void refusesAnEmptyAccessSetting(String variable, String property) {
        String sentence = "facefuse.access." + property + " is empty, which would leave the server open;";
        refuses(Map.of("facefuse.access." + property, ""), sentence);
        assertThatThrownBy(() -> variables(Map.of("FACEFUSE_ACCESS_" + variable, "")))
                .hasRootCauseInstanceOf(FuseException.class)
                .rootCause()
                .hasMessageStartingWith(sentence);
    }

    @Test
    void hostAndHttpArrive() {
        assertThat(properties(Map.of()).host()).isNull();
        assertThat(properties(Map.of()).http().origins()).isEmpty();
        assertThat(properties(Map.of()).http().hosts()).isEmpty();
        FacefuseProperties properties = variables(Map.of(
                "FACEFUSE_HOST", "0.0.0.0",
                "FACEFUSE_HTTP_ORIGINS", "https://a.example, https://b.example",
                "FACEFUSE_HTTP_HOSTS", "c.example"));
        assertThat(properties.host()).isEqualTo("0.0.0.0");
        assertThat(properties.http().origins()).containsExactly("https://a.example", "https://b.example");
        assertThat(properties.http().hosts()).containsExactly("c.example");
    }

    @Test
    void everyPropertyOfAccessArrives() {
        AccessProperties access = new AccessProperties(
                List.of("the-old-token-0123456789", "the-new-token-0123456789"), "/run/secrets/tokens");
        assertThat(properties(Map.of(
                                "facefuse.access.tokens", "the-old-token-0123456789, the-new-token-0123456789",
                                "facefuse.access.tokens-file", "/run/secrets/tokens"))
                        .access())
                .isEqualTo(access);
        assertThat(variables(Map.of(
                                "FACEFUSE_ACCESS_TOKENS", "the-old-token-0123456789,the-new-token-0123456789",
                                "FACEFUSE_ACCESS_TOKENSFILE", "/run/secrets/tokens"))
                        .access())
                .isEqualTo(access);
        assertThat(access.toString()).isEqualTo("Access[tokens=2, tokensFile=/run/secrets/tokens]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"fifteen-letters", "with a space in between", "mit-ümläuten-und-lang"})
    void refusesAWeakTokenWithoutSayingIt(String weak) {
        Map<String, Object> settings = Map.of("facefuse.access.tokens", "the-old-token-0123456789," + weak);
        refuses(settings, "facefuse.access.tokens: token 2 must have 16 or more characters of ASCII without spaces;");
        assertThat(refusal(settings).getMessage()).doesNotContain(weak, "the-old-token");
    }

    private static void refuses(Map<String, Object> settings, String sentence) {
        FuseException refusal = refusal(settings);
        assertThat(refusal.getMessage()).startsWith(sentence).endsWith(".");
        assertThat(refusal.code()).isEqualTo(ErrorCode.BAD_REQUEST);
    }

    private static FuseException refusal(Map<String, Object> settings) {
        try {
            settings(settings);
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof FuseException named) {
                    return named;
                }
            }
        }
        throw new AssertionError("Not refused: " + settings);
    }

    private static MemorySettings memory(Map<String, Object> settings) {
        return settings(settings).memory();
    }

    private static EngineSettings settings(Map<String, Object> settings) {
        return properties(settings).engineSettings();
    }

    private static FacefuseProperties properties(Map<String, Object> settings) {
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", settings));
        return bound(environment);
    }

    private static EngineSettings environment(Map<String, Object> variables) {
        return variables(variables).engineSettings();
    }

    private static FacefuseProperties variables(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .replace(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new SystemEnvironmentPropertySource(
                                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, new HashMap<>(variables)));
        return bound(environment);
    }

    private static FacefuseProperties bound(StandardEnvironment environment) {
        ConfigurationPropertySources.attach(environment);
        return Binder.get(environment).bindOrCreate("facefuse", FacefuseProperties.class);
    }
}
