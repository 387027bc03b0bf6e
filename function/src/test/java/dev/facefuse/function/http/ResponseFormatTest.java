package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.picture.PictureFormat;
import dev.facefuse.function.http.ResponseFormat.Accepted;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

class ResponseFormatTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "*/*", "application/json", "application/*", "image/jpeg;q=0.5, application/json"})
    void choosesJsonUnlessAPictureIsPreferred(String accept) throws Exception {
        assertThat(Accepted.parse(accept).choose(null)).isEqualTo(new ResponseFormat(false, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image/*|",
                "image/png|PNG",
                "image/webp, */*|WEBP",
                "application/json;q=0.5, image/tiff|TIFF",
                "image/avif, image/bmp;q=0.9|BMP",
                "image/jpeg, image/png|JPEG"
            })
    void choosesThePreferredPictureFormat(String accept, PictureFormat format) throws Exception {
        assertThat(Accepted.parse(accept).choose(null)).isEqualTo(new ResponseFormat(true, format));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"image/*|PNG", "image/png|PNG", "image/jpeg, image/png;q=0.1|PNG"})
    void keepsTheFormatOfTheOptions(String accept, PictureFormat format) throws Exception {
        assertThat(Accepted.parse(accept).choose(PictureFormat.PNG)).isEqualTo(new ResponseFormat(true, format));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/html", "image/gif", "application/json;q=0", "nonsense", "\"quoted/type", "image/jpeg"})
    void rejectsUnavailableFormats(String accept) {
        assertThatExceptionOfType(HttpMediaTypeNotAcceptableException.class)
                .isThrownBy(() -> Accepted.parse(accept).choose(PictureFormat.PNG));
    }

    @Test
    void rejectsMoreTypesThanSpringSorts() {
        assertThatExceptionOfType(HttpMediaTypeNotAcceptableException.class)
                .isThrownBy(() -> Accepted.parse("image/png,".repeat(60) + "*/*"));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "*/*", "application/json", "image/*, application/json;q=0.1"})
    void acceptsJsonForResponsesWithoutAPicture(String accept) throws Exception {
        assertThat(Accepted.parse(accept).requireJson()).isEqualTo(new ResponseFormat(false, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/*", "text/html", "nonsense", "application/json;q=0"})
    void rejectsOtherFormatsForResponsesWithoutAPicture(String accept) {
        assertThatExceptionOfType(HttpMediaTypeNotAcceptableException.class)
                .isThrownBy(() -> Accepted.parse(accept).requireJson());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/event-stream|true",
                "text/event-stream, application/json|true",
                "text/html, text/event-stream;q=0.5|true",
                "application/json, text/event-stream;q=0.5|false",
                "application/json, text/event-stream|false",
                "text/event-stream;q=0|false",
                "*/*|false",
                "image/*|false",
                "text/html|false",
                "''|false"
            })
    void recognisesThatEventsArePreferred(String accept, boolean events) throws Exception {
        assertThat(Accepted.parse(accept).prefersEvents()).isEqualTo(events);
    }
}
