package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class FiguresTest {
    private static final String README =
            "a\n\n<!-- figures: one -->\nold\n<!-- end -->\n\nb\n\n<!-- figures: two -->\n<!-- end -->\n";

    @Test
    void takeThePlaceOfEarlierOnes() {
        assertThat(Figures.filled(README, "one", "| new |\n"))
                .isEqualTo(
                        "a\n\n<!-- figures: one -->\n\n| new |\n\n<!-- end -->\n\nb\n\n<!-- figures: two -->\n<!-- end -->\n");
    }

    @Test
    void stayTheSameWhenWrittenAgain() {
        String once = Figures.filled(README, "two", "figures");
        assertThat(Figures.filled(once, "two", "figures")).isEqualTo(once);
    }

    @Test
    void needAPlace() {
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.filled(README, "three", "figures"));
        assertThatIllegalArgumentException().isThrownBy(() -> Figures.filled("<!-- figures: one -->", "one", ""));
    }
}
