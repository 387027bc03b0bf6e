package dev.facefuse.function;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Refusal;
import java.util.Base64;
import java.util.Locale;

/** Base64 is decoded as the JDK does it, once white space and a data URL's head are off, whatever pieces it comes in. */
class Base64FuzzTest {
    private static final int MOST_BYTES = 64;
    private static final int LONGEST_HEAD = 200;

    @FuzzTest
    void isWhatTheJdkDecodes(byte[] latin1) {
        String text = new String(latin1, ISO_8859_1);
        byte[] expected = expected(text);
        for (int pieces = 1; pieces <= 3; pieces++) {
            try {
                assertThat(decoded(text, pieces)).isEqualTo(expected);
                assertThat(expected).hasSizeLessThanOrEqualTo(MOST_BYTES);
            } catch (FuseException e) {
                Refusal.check(e, ErrorCode.BAD_REQUEST, ErrorCode.PICTURE_TOO_LARGE);
                assertThat(expected == null || expected.length > MOST_BYTES)
                        .as("refused: %s", e.getMessage())
                        .isTrue();
            }
        }
    }

    private static byte[] decoded(String text, int pieces) {
        Base64Decoder decoder = new Base64Decoder(text.length(), MOST_BYTES);
        int length = Math.max(1, text.length() / pieces);
        for (int from = 0; from < text.length(); from += length) {
            decoder.write(text, from, Math.min(length, text.length() - from));
        }
        return decoder.toByteArray();
    }

    /** Null for what is no base64. */
    private static byte[] expected(String text) {
        String rest = text.replaceFirst("^[ \t\r\n]+", "");
        if (rest.toLowerCase(Locale.ROOT).startsWith("data:")) {
            int comma = rest.indexOf(',');
            if (comma < 0 || comma - "data:".length() > LONGEST_HEAD) {
                return null;
            }
            rest = rest.substring(comma + 1);
        }
        try {
            return Base64.getDecoder()
                    .decode(rest.replaceAll("[ \t\r\n]", "").replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
