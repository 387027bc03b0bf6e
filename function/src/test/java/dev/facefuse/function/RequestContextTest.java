package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.ProgressListener;
import dev.facefuse.engine.RequestContext;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.function.storage.MemoryS3;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

/** The context of a request, and its way through {@link FuseFunction}. The test is in this module because a logging library is. */
class RequestContextTest {
    private static final Storage NO_STORAGE = new MemoryS3().storage(List.of(), List.of());
    private static final FuseInput INPUT = new FuseInput(picture("t"), picture("u"), null);

    private final FakeEngine engine = new FakeEngine();
    private final FuseFunction function = new FuseFunction(engine, NO_STORAGE, new FuseJson(100));

    @AfterEach
    void clearLogFields() {
        MDC.clear();
    }

    @Test
    void isNotCancelledAndHasNoListenerByDefault() {
        assertThat(RequestContext.NONE.progress()).isSameAs(ProgressListener.NONE);
        assertThat(RequestContext.NONE.isCancelled()).isFalse();
        assertThat(RequestContext.NONE.requestId()).isNull();
    }

    @Test
    void isCancelledWhenTheConditionSaysSo() {
        boolean[] gone = {false};
        RequestContext context = RequestContext.NONE.cancelledWhen(() -> gone[0]);
        assertThat(context.isCancelled()).isFalse();
        gone[0] = true;
        assertThat(context.isCancelled()).isTrue();
    }

    @Test
    void theFunctionReportsStagesToTheListener() {
        List<String> told = new ArrayList<>();
        function.apply(
                INPUT,
                RequestContext.NONE.withProgress((stage, index, count) -> told.add(stage + " " + index + "/" + count)));
        assertThat(told).containsExactly("detect 0/2", "warp 1/2");
        function.apply(INPUT);
        assertThat(told).hasSize(2);
    }

    @Test
    void aFailedCallDoesNotAffectTheNextOne() {
        engine.stages = progress -> progress.onStage("detect", 0, 2);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> function.apply(INPUT, RequestContext.NONE.withProgress((stage, index, count) -> {
                    throw FuseException.busy("Gone", Duration.ZERO);
                })))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BUSY));
        assertThat(function.apply(INPUT).picture().bytes())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("t+u");
    }

    @Test
    void carriesTheLogFieldsOfAThread() {
        assertThat(RequestContext.fromMdc().logFields()).isEmpty();
        MDC.put(RequestContext.REQUEST_ID, "first");
        RequestContext first = RequestContext.fromMdc();
        MDC.clear();
        assertThat(first.requestId()).isEqualTo("first");
        assertThat(first.withLogField("trace_id", "1").withRequestId("second").logFields())
                .containsOnly(Map.entry("requestId", "second"), Map.entry("trace_id", "1"));
    }

    private static FuseInput.Picture picture(String bytes) {
        return FuseInput.Picture.of(bytes.getBytes(StandardCharsets.US_ASCII));
    }
}
