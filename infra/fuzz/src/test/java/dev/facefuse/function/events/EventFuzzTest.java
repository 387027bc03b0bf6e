package dev.facefuse.function.events;

import static dev.facefuse.engine.problem.ErrorCode.BAD_REQUEST;
import static dev.facefuse.engine.problem.ErrorCode.STORAGE_DENIED;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Whatever an event says, nothing is touched outside of what is allowed, and who sent it is told what is wrong. */
class EventFuzzTest {
    /** In the headers of a CloudEvent whose body is the store's record. */
    private static final Map<String, String> BINARY = Map.of("type", "google.cloud.storage.object.v1.finalized");

    @FuzzTest
    void staysWithinWhatIsAllowed(byte[] body) throws IOException {
        for (Map<String, String> attributes : List.of(Map.<String, String>of(), BINARY)) {
            try (Buckets buckets = new Buckets()) {
                buckets.events().apply(new Event(EventJson.read(new ByteArrayInputStream(body)), attributes));
            } catch (FuseException e) {
                Refusal.check(e, BAD_REQUEST, STORAGE_DENIED);
            }
        }
    }
}
