package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.execution.AdmissionSettings;
import dev.facefuse.engine.execution.FusionExecutor;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** Log lines of the engine's threads name the request. The test is in this module because a logging library is. */
class FusionExecutorLogTest {
    @Test
    void aFusionThreadLogsWithTheRequestsId() {
        try (FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT)) {
            for (String request : new String[] {"first", "second"}) {
                assertThat(requestOn(executor, RequestContext.NONE.withRequestId(request)))
                        .isEqualTo(request);
            }
        }
    }

    @Test
    void aRequestsIdDoesNotStayOnTheThread() {
        try (FusionExecutor executor = new FusionExecutor(AdmissionSettings.DEFAULT)) {
            assertThat(requestOn(executor, RequestContext.NONE.withRequestId("first")))
                    .isEqualTo("first");
            assertThat(requestOn(executor, RequestContext.NONE)).isEqualTo("none");
        }
    }

    private static String requestOn(FusionExecutor executor, RequestContext context) {
        Supplier<String> work = () -> {
            String request = MDC.get(RequestContext.REQUEST_ID);
            return request == null ? "none" : request;
        };
        return executor.run(work, context.cancellation(), context.logFields());
    }
}
