package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class JmhCommandTest {
    @Test
    void readsWhatJmhWrites() {
        String json = "[{\"benchmark\": \"a.B.crops\", \"primaryMetric\": {\"score\": 12.345, \"scoreError\": 0.6}},"
                + " {\"benchmark\": \"a.B.paste\", \"primaryMetric\": {\"score\": 1.5, \"scoreError\": \"NaN\"}}]";
        assertThat(JmhCommand.table(new JsonMapper().readTree(json)).toString()).isEqualTo("""
                        | what | ms | ± (99.9 %) |
                        | --- | ---: | ---: |
                        | `crops` | 12.3 | 0.60 |
                        | `paste` | 1.50 | – |
                        """);
    }
}
