package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Base64;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class Base64DecoderTest {
    private static final long PLENTY = 1 << 20;

    @Property
    void decodesWhatJavaEncodes(@ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int step) {
        String text = Base64.getEncoder().encodeToString(bytes);
        assertThat(decode(text, step)).isEqualTo(bytes);
    }

    @Property
    void toleratesLinesMissingPaddingAndADataUrl(
            @ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int step) {
        assertThat(decode(Base64.getMimeEncoder().encodeToString(bytes), step)).isEqualTo(bytes);
        String bare = Base64.getEncoder().withoutPadding().encodeToString(bytes);
        assertThat(decode(bare, step)).isEqualTo(bytes);
        assertThat(decode("data:image/jpeg;base64," + bare, step)).isEqualTo(bytes);
        assertThat(decode(" DATA:;base64," + bare, step)).isEqualTo(bytes);
    }

    @Property
    void decodesTheAlphabetForUrls(
            @ForAll @Size(max = 300) byte[] bytes, @ForAll @IntRange(min = 1, max = 50) int step) {
        assertThat(decode(Base64.getUrlEncoder().encodeToString(bytes), step)).isEqualTo(bytes);
        String bare = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        assertThat(decode("data:image/jpeg;base64," + bare, step)).isEqualTo(bytes);
    }

    @Property
    void agreesWithJavaOnAnyText(@ForAll @Size(max = 24) String text) {
        byte[] expected;
        try {
            expected = Base64.getDecoder()
                    .decode(text.replaceAll("[ \t\r\n]", "").replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            expected = null;
        }
        if (expected != null) {
            assertThat(decode(text, 3)).isEqualTo(expected);
        } else {
            assertThatExceptionOfType(FuseException.class)
                    .isThrownBy(() -> decode(text, 3))
                    .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_REQUEST));
        }
    }

    @Example
    void takesTheWordDataForWhatItIs() {
        assertThat(decode("data", 1)).isEqualTo(Base64.getDecoder().decode("data"));
        assertThat(decode("dataAAAA", 1)).isEqualTo(Base64.getDecoder().decode("dataAAAA"));
    }

    @Example
    void refusesADataUrlThatNeverBegins() {
        for (String text : new String[] {"data:", "data:image/png", "data:" + "x".repeat(300) + ",AAAA"}) {
            assertThatExceptionOfType(FuseException.class).isThrownBy(() -> decode(text, 7));
        }
    }

    @Example
    void stopsAtTheLimit() {
        Base64Decoder exact = new Base64Decoder(4, 3);
        exact.write("AAAA", 0, 4);
        assertThat(exact.toByteArray()).hasSize(3);
        Base64Decoder more = new Base64Decoder(8, 3);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> more.write("AAAAAAAA", 0, 8))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.PICTURE_TOO_LARGE));
    }

    private static byte[] decode(String text, int step) {
        Base64Decoder decoder = new Base64Decoder(text.length(), PLENTY);
        char[] characters = text.toCharArray();
        for (int i = 0; i < characters.length; i += step) {
            decoder.write(characters, i, Math.min(step, characters.length - i));
        }
        return decoder.toByteArray();
    }
}
