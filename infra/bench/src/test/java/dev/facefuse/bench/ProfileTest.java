package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class ProfileTest {
    private static final String COUNTS =
            "{\"torch\": \"2.10.0\", \"parts\": [{\"role\": \"shape\", \"part\": \"whole\", \"flop\": 16000000000,"
                    + " \"bytes\": 500000000, \"operators\": [{\"name\": \"add_\", \"calls\": 3, \"millis\": 1.5, \"share\": 0.25}]},"
                    + " {\"role\": \"enhancer\", \"part\": \"low\", \"flop\": 3000000000, \"bytes\": 1000000000, \"operators\": []},"
                    + " {\"role\": \"enhancer\", \"part\": \"high\", \"flop\": 1000000000, \"bytes\": 500000000, \"operators\": []}]}";

    private static Profile profile() {
        PartCounts counts = new JsonMapper().readValue(COUNTS, PartCounts.class);
        List<Profile.Part> parts = counts.parts().stream()
                .map(part -> new Profile.Part(part, new Spread(90, 100, 200)))
                .toList();
        List<Profile.Limit> limits = List.of(
                new Profile.Limit("a convolution", 20_000_000_000L, 0, new Spread(100, 110, 120)),
                new Profile.Limit("a slow one", 20_000_000_000L, 0, new Spread(200, 210, 220)),
                new Profile.Limit("memory", 0, 1_000_000_000, new Spread(50, 60, 70)));
        return new Profile("float32", parts, limits, counts.torch());
    }

    @Test
    void comparesPartsWithWhatTheMachineCanDo() {
        assertThat(profile().markdown())
                .contains("| shape | 16.0 | 0.50 | 100 | 160 | 80.0 % | 5.00 | 25.0 % |\n")
                .contains("| enhancer, low | 3.00 | 1.00 | 100 | 30.0 | 15.0 % | 10.0 | 50.0 % |\n")
                .contains("| **enhancer** | 4.00 | 1.50 | 200 | 20.0 | 10.0 % | 7.50 | 37.5 % |\n")
                .contains("| **all** | 20.0 | 2.00 | 300 | 66.7 | 33.3 % | 6.67 | 33.3 % |\n");
    }

    @Test
    void saysWhatTheMachineCanDo() {
        assertThat(profile().mostGigaflopsASecond()).isEqualTo(200);
        assertThat(profile().mostGigabytesASecond()).isEqualTo(20);
        assertThat(profile().markdown())
                .contains("a convolution: 200 GFLOP/s; a slow one: 100 GFLOP/s; memory: 20.0 GB/s.");
    }

    @Test
    void namesItsFigures() {
        Machine machine = new Machine("", 1, List.of(), 0, "", "", Map.of());
        Profile.Report report = new Profile.Report(new Origin("", "", machine), 2, Map.of("float32", profile()));
        assertThat(report.figures()).isEqualTo(Map.of("of-most", "33 %", "most", "200"));
    }

    @Test
    void namesTheSlowestOperators() {
        assertThat(profile().markdown()).contains("| shape | `add_` | 3 | 1.50 | 25.0 % |\n");
    }
}
