package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingNamesTest {

    @ParameterizedTest
    @CsvSource({
        "FACEFUSE_ACCESS_TOKEN, FACEFUSE_ACCESS_TOKENS",
        "FACEFUSE_ACCESSTOKENS, FACEFUSE_ACCESS_TOKENS",
        "FACEFUSE_ACCES_TOKENS, FACEFUSE_ACCESS_TOKENS",
        "FACEFUSE_TOKENS, FACEFUSE_ACCESS_TOKENS",
        "facefuse_access_token, FACEFUSE_ACCESS_TOKENS",
        "FACEFUSE_ACCESS_TOKEN_0, FACEFUSE_ACCESS_TOKENS",
        "FACEFUSE_ACCESS_TOKENS_FILES, FACEFUSE_ACCESS_TOKENSFILE",
        "FACEFUSE_MEMORY_HOSTLIMITS, FACEFUSE_MEMORY_HOSTLIMIT",
        "FACEFUSE_HTTP_ORIGIN, FACEFUSE_HTTP_ORIGINS",
        "FACEFUSE_STORAGE_S3_ADRESSING, FACEFUSE_STORAGE_S3_ADDRESSING",
        "FACEFUSE_DEVICE_0, FACEFUSE_DEVICE",
        "FACEFUSE_PACKS, FACEFUSE_PACK"
    })
    void variableThatNoSettingHasIsRefusedWithTheClosest(String name, String closest) {
        refuses(environment(Map.of(name, "s3cret"), Map.of()), name, closest);
    }

    @ParameterizedTest
    @CsvSource({
        "facefuse.access.token, facefuse.access.tokens",
        "facefuse.acces.tokens, facefuse.access.tokens",
        "facefuse.access.token[0], facefuse.access.tokens",
        "facefuse.memory.hostlimits, facefuse.memory.host-limit",
        "facefuse.http.origins.0, facefuse.http.origins",
        "facefuse.device[0], facefuse.device",
        "FaceFuse.Access.Token, facefuse.access.tokens"
    })
    void propertyThatNoSettingHasIsRefusedWithTheClosest(String name, String closest) {
        refuses(environment(Map.of(), Map.of(name, "s3cret")), name, closest);
        // So in the environment, as docker run --env permits it.
        refuses(environment(Map.of(name, "s3cret"), Map.of()), name, closest);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "FACEFUSE_ACCESS_TOKENS",
                "facefuse_access_tokens",
                "FACEFUSE_ACCESS_TOKENS_0",
                "FACEFUSE_ACCESS_TOKENS_0_",
                "FACEFUSE_MEMORY_HOSTLIMIT",
                "FACEFUSE_MEMORY_HOST_LIMIT",
                "FACEFUSE_MEMORY_ALLOCATOR_MAXSPLITSIZEMB",
                "FACEFUSE_STORAGE_S3_ENDPOINT",
                "FACEFUSE_HOST",
                "FACEFUSE_DEBUG",
                "FACEFUSE_DEBUG_OWNERSHIP",
                "FACEFUSE_NATIVE_CACHE",
                "FACEFUSE_BENCH_WORK",
                "facefuse.access.tokens",
                // Kubernetes, for services that are called facefuse and facefuse-http
                "FACEFUSE_SERVICE_HOST",
                "FACEFUSE_SERVICE_PORT",
                "FACEFUSE_SERVICE_PORT_HTTP",
                "FACEFUSE_PORT_8080_TCP",
                "FACEFUSE_PORT_8080_TCP_ADDR",
                "FACEFUSE_HTTP_SERVICE_HOST",
                "FACEFUSE_HTTP_PORT_80_TCP_PROTO",
                "PATH",
                "FACEFUSED"
            })
    void variableOfASettingOrOfAPlatformIsAccepted(String name) {
        assertThatCode(() -> SettingNames.check(environment(Map.of(name, "1"), Map.of())))
                .doesNotThrowAnyException();
    }

    @Test
    void portOfAServiceIsToldFromAMisspeltPortByItsValue() {
        assertThatCode(() -> SettingNames.check(environment(
                        Map.of("FACEFUSE_PORT", "tcp://10.0.0.1:80", "FACEFUSE_HTTP_PORT", "tcp://10.0.0.1:80"),
                        Map.of())))
                .doesNotThrowAnyException();
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> SettingNames.check(environment(Map.of("FACEFUSE_PORT", "8080"), Map.of())))
                .withMessageContaining("'FACEFUSE_PORT' is no setting");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "facefuse.access.tokens[0]",
                "facefuse.access.tokens-file",
                "facefuse.access.tokensFile",
                "facefuse.memory.host-limit",
                "facefuse.storage.s3.endpoint",
                "facefuse.http.origins",
                "spring.application.name",
                "facefused.access.token"
            })
    void propertyOfASettingIsAccepted(String name) {
        assertThatCode(() -> SettingNames.check(environment(Map.of(), Map.of(name, "1"))))
                .doesNotThrowAnyException();
    }

    @Test
    void systemPropertiesAreCheckedToo() {
        assertThatCode(() -> SettingNames.check(system("facefuse.natives"))).doesNotThrowAnyException();
        assertThatCode(() -> SettingNames.check(system("facefuse.debug.ownership")))
                .doesNotThrowAnyException();
        refuses(system("facefuse.access.token"), "facefuse.access.token", "facefuse.access.tokens");
    }

    @Test
    void namesThreeAndCountsTheOthers() {
        Map<String, Object> many = new HashMap<>();
        for (String name : new String[] {"FACEFUSE_A", "FACEFUSE_B", "FACEFUSE_C", "FACEFUSE_D", "FACEFUSE_E"}) {
            many.put(name, "1");
        }
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> SettingNames.check(environment(many, Map.of())))
                .withMessageStartingWith("'FACEFUSE_A' is no setting;")
                .withMessageContaining(" 2 more are none either.");
    }

    private static void refuses(ConfigurableEnvironment environment, String name, String closest) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> SettingNames.check(environment))
                .withMessage("'" + name + "' is no setting; did you mean " + closest
                        + "? Correct or remove it; docs/configuration.md lists the settings.")
                .satisfies(e ->
                        org.assertj.core.api.Assertions.assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    private static ConfigurableEnvironment environment(Map<String, Object> variables, Map<String, Object> properties) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        sources.addFirst(new MapPropertySource("file", properties));
        return environment;
    }

    private static ConfigurableEnvironment system(String name) {
        ConfigurableEnvironment environment = environment(Map.of(), Map.of());
        environment
                .getPropertySources()
                .addFirst(new MapPropertySource(
                        StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME, Map.of(name, "1")));
        return environment;
    }
}
