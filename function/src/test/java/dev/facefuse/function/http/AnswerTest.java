package dev.facefuse.function.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.picture.PictureFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.web.HttpMediaTypeNotAcceptableException;

class AnswerTest {

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "*/*", "application/json", "application/*", "image/jpeg;q=0.5, application/json"})
    void jsonUnlessAPictureIsPreferred(String accept) throws Exception {
        assertThat(Answer.of(accept, null)).isEqualTo(new Answer(false, null));
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
    void aPictureInTheFormatThatIsLikedBest(String accept, PictureFormat format) throws Exception {
        assertThat(Answer.of(accept, null)).isEqualTo(new Answer(true, format));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"image/*|PNG", "image/png|PNG", "image/jpeg, image/png;q=0.1|PNG"})
    void theOptionsFormatIsKept(String accept, PictureFormat format) throws Exception {
        assertThat(Answer.of(accept, PictureFormat.PNG)).isEqualTo(new Answer(true, format));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"text/html", "image/gif", "application/json;q=0", "nonsense", "\"quoted/type", "image/jpeg"})
    void whatThereIsNotIsNotAcceptable(String accept) {
        assertThatExceptionOfType(HttpMediaTypeNotAcceptableException.class)
                .isThrownBy(() -> Answer.of(accept, PictureFormat.PNG));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "*/*", "application/json", "image/*, application/json;q=0.1"})
    void aResultThatIsElsewhereIsAnsweredInJson(String accept) throws Exception {
        assertThat(Answer.json(accept)).isEqualTo(new Answer(false, null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/*", "text/html", "nonsense", "application/json;q=0"})
    void orNotAtAll(String accept) {
        assertThatExceptionOfType(HttpMediaTypeNotAcceptableException.class).isThrownBy(() -> Answer.json(accept));
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
    void eventsIfTheyAreLikedBest(String accept, boolean events) throws Exception {
        assertThat(Answer.prefersEvents(accept)).isEqualTo(events);
    }
}
