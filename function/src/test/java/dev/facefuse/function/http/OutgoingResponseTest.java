package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutgoingResponseTest {
    private static final int RATE = 1000;
    private static final BodyPace PACE = new BodyPace(Duration.ofSeconds(60), RATE);

    private final AtomicLong clock = new AtomicLong(seconds(-5)); // Times may be negative.
    private final ClientWatch watch = new ClientWatch(clock::get);
    private final AtomicBoolean committed = new AtomicBoolean();
    private final AtomicInteger resets = new AtomicInteger();
    private final OutgoingResponse response =
            new OutgoingResponse(watch, PACE, committed::get, resets::incrementAndGet);

    @AfterEach
    void stop() {
        watch.destroy();
    }

    @Test
    void resetsOnceWhenAWriteWaitsTooLong() throws IOException {
        response.enter();
        response.beginWrite();
        checkAfter(10);
        assertThat(resets).hasValue(0);
        checkAfter(1);
        checkAfter(1);
        assertThat(resets).hasValue(1);
        response.endWrite(0);
        assertThatThrownBy(response::beginWrite).isInstanceOf(IOException.class);
    }

    @Test
    void timeBetweenWritesDoesNotCount() throws IOException {
        response.enter();
        for (int i = 0; i < 100; i++) {
            committed.set(true);
            response.beginWrite();
            response.endWrite(10);
            checkAfter(3600);
        }
        assertThat(resets).hasValue(0);
    }

    @Test
    void writesAddUp() throws IOException {
        response.enter();
        for (int i = 0; i < 11; i++) {
            assertThat(resets).hasValue(0);
            response.beginWrite();
            checkAfter(1);
            response.endWrite(1);
        }
        assertThat(resets).hasValue(1);
    }

    @Test
    void allowsTheWholeTimeToAClientThatReadsAtTheRate() throws IOException {
        response.enter();
        for (int i = 0; i < 59; i++) {
            response.beginWrite();
            checkAfter(1);
            response.endWrite(RATE);
        }
        assertThat(resets).hasValue(0);
        response.beginWrite();
        checkAfter(1);
        assertThat(resets).hasValue(1);
    }

    @Test
    void countsWhatTheContainerWritesAtTheEnd() {
        response.enter();
        committed.set(true);
        checkAfter(100);
        response.leave();
        checkAfter(100);
        checkAfter(10);
        assertThat(resets).hasValue(0);
        checkAfter(1);
        assertThat(resets).hasValue(1);
    }

    @Test
    void isNotResetOnceItHasEnded() throws IOException {
        response.beginWrite();
        response.end();
        checkAfter(100);
        assertThat(resets).hasValue(0);
    }

    @Test
    void hasFiveSecondsOfWritingWhenTheServerStops() throws IOException {
        response.enter();
        response.beginWrite();
        checkAfter(2);
        response.stop(clock.get());
        response.endWrite(10);
        checkAfter(100);
        response.beginWrite();
        checkAfter(4);
        assertThat(resets).hasValue(0);
        checkAfter(1);
        assertThat(resets).hasValue(1);
    }

    private void checkAfter(int seconds) {
        response.check(clock.addAndGet(seconds(seconds)));
    }

    private static long seconds(int count) {
        return Duration.ofSeconds(count).toNanos();
    }
}
