package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Access tokens from settings and from a file. */
class AccessTokensTest {
    private static final String ONE = "0123456789abcdef";
    private static final String OTHER = "~an/other+token_of=more-characters!";

    @TempDir
    private Path folder;

    @Test
    void everyTokenOpensAndNothingElse() {
        AccessTokens tokens = tokens(List.of(ONE, OTHER), "");
        assertThat(tokens.none()).isFalse();
        assertThat(tokens.has(ONE)).isTrue();
        assertThat(tokens.has(OTHER)).isTrue();
        for (String wrong :
                new String[] {"", " ", ONE + " ", ONE + "0", ONE.substring(1), ONE.toUpperCase(Locale.ROOT), "é"}) {
            assertThat(tokens.has(wrong)).as(wrong).isFalse();
        }
    }

    @Test
    void withoutTokensNobodyNeedsOne() {
        AccessTokens tokens = tokens(List.of(), "");
        assertThat(tokens.none()).isTrue();
        assertThat(tokens.has("")).isFalse();
    }

    @Test
    void aFileHasOneALineBesideThoseThatAreNamed() throws IOException {
        AccessTokens tokens = tokens(List.of(ONE), file("# since May\r\n\r\n  " + OTHER + "  \n#" + ONE + "x\n"));
        assertThat(tokens.has(ONE)).isTrue();
        assertThat(tokens.has(OTHER)).isTrue();
        assertThat(tokens.has("#" + ONE + "x")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"fifteen-letters", "with a space in between", "mit-ümläuten-und-lang", "tab\tin-between-them"})
    void refusesAWeakTokenWithoutSayingIt(String weak) throws IOException {
        String file = file("# comment\n" + ONE + "\n" + weak + "\n");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> tokens(List.of(), file))
                .withMessage("facefuse.access.tokens-file: the token in line 3 must have 16 or more characters of ASCII"
                        + " without spaces; make one with openssl rand -hex 32.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
    }

    @Test
    void aFileThatNamesNoTokenDoesNotOpenTheDoor() throws IOException {
        String file = file("\n# nothing yet\n");
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> tokens(List.of(ONE), file))
                .withMessage("facefuse.access.tokens-file has no token; write one a line, or leave the setting out.");
    }

    @Test
    void saysWhichFileCannotBeRead() {
        String missing = folder.resolve("missing").toString();
        for (String file : new String[] {missing, folder.toString(), "\0"}) {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> tokens(List.of(), "x" + file))
                    .withMessage("facefuse.access.tokens-file cannot be read (x" + file
                            + "); name a file that this process may read.");
        }
    }

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("tokens"), text, StandardCharsets.UTF_8)
                .toString();
    }

    private static AccessTokens tokens(List<String> tokens, String file) {
        return AccessTokens.of(new AccessProperties(tokens.isEmpty() ? null : tokens, file.isEmpty() ? null : file));
    }
}
