package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.FakeEngine;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OpenRequestsTest {
    private static final int PLACES = 3;
    private static final int ADMITTED = 1;

    private final FakeEngine engine = new FakeEngine();
    private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1); // A clock may pass its largest value.
    private final OpenRequests requests = new OpenRequests(PLACES, ADMITTED, engine, now::get);

    @Test
    void ofManyAtOnceItLetsInAsManyAsWillBeServed() {
        OpenRequests.Place first = requests.enter();

        refuses();
        first.bodyRead();
        requests.enter();
        refuses();
    }

    @Test
    void whoSendsSlowlyKeepsNobodyOut() {
        requests.enter();
        now.addAndGet(OpenRequests.PATIENCE_NANOS - 1);
        refuses();
        now.addAndGet(1);

        requests.enter();
        refuses();
    }

    @Test
    void whoGivesUpBeforeTheBodyIsReadLeavesNoTrace() {
        OpenRequests.Place place = requests.enter();
        place.close();
        place.bodyRead();
        place.close();

        requests.enter();
        refuses();
    }

    @Test
    void hasSoManyPlacesHoweverLongTheyAreHeld() {
        List<OpenRequests.Place> held = new ArrayList<>();
        for (int i = 0; i < PLACES; i++) {
            held.add(requests.enter());
            held.get(i).bodyRead();
            now.addAndGet(OpenRequests.PATIENCE_NANOS);
        }

        refuses();
        held.get(1).close();
        requests.enter();
        refuses();
    }

    private void refuses() {
        engine.expectedWait = Duration.ofSeconds(6);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(requests::enter)
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY))
                .withMessage("Every place is taken; try again in 6 seconds.");
    }
}
