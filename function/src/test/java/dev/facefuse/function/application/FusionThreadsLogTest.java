package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.memory.FusionThreads;
import dev.facefuse.function.Caller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Here, where a logging library is: what the engine's threads log names the request that they work for. */
class FusionThreadsLogTest {

    @AfterEach
    void leaveNothing() {
        MDC.clear();
    }

    @Test
    void aFusionThreadLogsWithTheRequestsName() {
        try (FusionThreads threads = new FusionThreads(1)) {
            for (String request : new String[] {"first", "second"}) {
                MDC.put(Caller.REQUEST_ID, request);
                assertThat(requestOn(threads)).isEqualTo(request);
            }
        }
    }

    @Test
    void aRequestsNameDoesNotStayOnTheThread() {
        try (FusionThreads threads = new FusionThreads(1)) {
            MDC.put(Caller.REQUEST_ID, "first");
            assertThat(requestOn(threads)).isEqualTo("first");
            MDC.clear();
            assertThat(requestOn(threads)).isEqualTo("none");
        }
    }

    private static String requestOn(FusionThreads threads) {
        return threads.run(() -> {
            String request = MDC.get(Caller.REQUEST_ID);
            return request == null ? "none" : request;
        });
    }
}
