package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.fuzz.Refusal;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Whatever a {@code job.json} says, it ends once, with a picture or an error object, and nothing is touched that is not allowed. */
class JobFuzzTest {
    private static final Event UPLOADED = Event.of(EventJson.read("""
            {"Records": [{"eventName": "ObjectCreated:Put",
              "s3": {"bucket": {"name": "photos"}, "object": {"key": "incoming/job/job.json"}}}]}"""));

    @FuzzTest
    void endsOnce(byte[] description) {
        try (Buckets buckets = new Buckets().withJob(description)) {
            Outcome outcome = buckets.events().apply(UPLOADED).get(0);
            if (outcome.kind() == Outcome.Kind.FAILED) {
                JsonNode error = JsonMapper.shared().readTree(buckets.written(outcome.result()));
                assertThat(error.path("code").asString()).isNotEmpty();
                Refusal.checkSentence(error.path("detail").asString());
            } else {
                assertThat(outcome.kind()).isEqualTo(Outcome.Kind.FUSED);
                assertThat(buckets.written(outcome.result())).isNotEmpty();
            }
            assertThat(buckets.events().apply(UPLOADED))
                    .isEqualTo(List.of(new Outcome(Buckets.JOB, Outcome.Kind.DONE_BEFORE, outcome.result())));
        }
    }
}
