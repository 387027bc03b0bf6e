package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Many clients at once. Runs only when asked, {@code -Dfacefuse.busy=60} seconds; what it prints lies beside its report. */
@EnabledIfSystemProperty(named = "facefuse.busy", matches = "[0-9]+")
class BusyTest {
    private static final int CLIENTS = 64;
    private static final int PAUSE_MS = 100;

    @ParameterizedTest
    @EnumSource
    void everyAnswerIsAResultOrARefusal(BusyMain.Upload upload) throws Exception {
        assertThat(BusyMain.run(Integer.getInteger("facefuse.busy", 60), CLIENTS, PAUSE_MS, upload))
                .isTrue();
    }
}
