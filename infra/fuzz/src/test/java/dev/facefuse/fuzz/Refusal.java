package dev.facefuse.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;

/** Checks an error that callers see. */
public final class Refusal {
    private Refusal() {}

    /** Passes one that has one of these codes and is a sentence. */
    public static void check(FuseException refusal, ErrorCode... codes) {
        assertThat(refusal.code()).as(refusal.getMessage()).isIn((Object[]) codes);
        checkSentence(refusal.getMessage());
    }

    /** Passes one line that ends as sentences do. */
    public static void checkSentence(String sentence) {
        assertThat(sentence).endsWith(".");
        assertThat(sentence.chars().noneMatch(Character::isISOControl))
                .as("no control character in: %s", sentence)
                .isTrue();
    }
}
