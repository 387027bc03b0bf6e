package dev.facefuse.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class JournalTest {
    @Test
    void anotherPictureOfTheSameRequestIsAFault() {
        Journal journal = new Journal();
        journal.picture("one", new byte[] {1});
        journal.picture("other", new byte[] {2});
        journal.picture("one", new byte[] {1});
        assertThat(journal.faults()).isEmpty();
        journal.picture("one", new byte[] {3});
        assertThat(journal.faults()).containsExactly("The picture of one is another than the first time");
        assertThat(journal.pictures()).isEqualTo(2);
    }

    @Test
    void readsPrometheus() {
        assertThat(SoakedServer.metrics("""
                        # HELP facefuse_drift_total x
                        facefuse_drift_total 0.0
                        facefuse_fusions_total{outcome="ok",pack="mesh 1.0.0"} 12.0
                        """))
                .isEqualTo(Map.of(
                        "facefuse_drift_total",
                        0.0,
                        "facefuse_fusions_total{outcome=\"ok\",pack=\"mesh 1.0.0\"}",
                        12.0));
    }
}
