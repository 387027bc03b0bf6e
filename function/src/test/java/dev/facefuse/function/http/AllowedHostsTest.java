package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of a server that other machines can reach. */
class AllowedHostsTest {
    private static final boolean NETWORK = false;

    @ParameterizedTest
    @ValueSource(strings = {"faces.example", "10.1.2.3:8080", "fuse.default.svc.cluster.local", "x"})
    void acceptsEveryNameUnlessNamesAreConfigured(String host) {
        assertThat(allows(new AllowedHosts(NETWORK, Set.of(), Set.of("https://photos.example")), host))
                .isTrue();
    }

    @Test
    void acceptsConfiguredNamesLoopbackAndTheAddressOfArrival() {
        AllowedHosts hosts = new AllowedHosts(
                NETWORK, AllowedHosts.parse(List.of("Faces.example:443")), Set.of("https://photos.example"));
        for (String host : List.of("faces.example", "photos.example", "localhost:8080", "10.1.2.3:8080", "[::1]")) {
            assertThat(allows(hosts, host)).as(host).isTrue();
        }
        for (String host : List.of("evil.example", "10.1.2.4", "10.1.2.3.evil.example", "[::2]")) {
            assertThat(allows(hosts, host)).as(host).isFalse();
        }
    }

    @Test
    void acceptsHealthRequestsUnderEveryName() {
        AllowedHosts hosts = new AllowedHosts(NETWORK, Set.of("faces.example"), Set.of());
        assertThat(hosts.allow("evil.example", "10.1.2.3", true)).isTrue();
        AllowedHosts loopback = new AllowedHosts(true, Set.of(), Set.of());
        assertThat(loopback.allow("evil.example", "127.0.0.1", true)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "*.example.org", "https://example.org", "a b", "a/b", "", "u@h"})
    void rejectsInvalidHostNames(String host) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> AllowedHosts.parse(List.of("faces.example", host)))
                .withMessageStartingWith("facefuse.http.hosts has '" + host + "', which is no host; name each one as");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*",
                "null",
                "https://*",
                "https://*.example.org",
                "example.org",
                "https://example.org/a",
                "https://",
                "https://u@example.org",
                "https://example.org?q",
                ""
            })
    void rejectsInvalidOrigins(String origin) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> Origins.parse(List.of("https://example.org", origin)))
                .withMessageStartingWith(
                        "facefuse.http.origins has '" + origin + "', which is no origin; name each one as");
    }

    @Test
    void normalizesConfiguredOriginsLikeBrowsers() {
        assertThat(Origins.parse(List.of(
                        "HTTPS://Example.org:443/",
                        "http://localhost:3000",
                        "http://[::1]:80",
                        "capacitor://localhost")))
                .containsExactly(
                        "https://example.org", "http://localhost:3000", "http://[::1]", "capacitor://localhost");
    }

    private static boolean allows(AllowedHosts hosts, String host) {
        return hosts.allow(host, "10.1.2.3", false);
    }
}
