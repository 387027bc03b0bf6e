package dev.facefuse.function.events;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.FuseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JobTest {

    @Test
    void aJobsFileIsAJob() {
        Upload upload = new Upload("photos", "incoming/order-17/job.json");
        assertThat(Job.of(upload, EventSettings.DEFAULT)).contains(new Job(upload, "order-17", null));
    }

    @Test
    void anythingElseBesideItIsAPhoto() {
        Upload upload = new Upload("photos", "incoming/portrait/me & you.JPG");
        assertThat(Job.of(upload, EventSettings.DEFAULT))
                .contains(new Job(upload, "portrait/me & you.JPG", "portrait"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "fused/order-17.jpg",
                "fused/order-17/job.json",
                "templates/portrait.jpg",
                "incoming",
                "incoming/",
                "incoming/me.jpg",
                "incoming/job.json",
                "incoming/portrait/",
                "incoming//me.jpg",
                "incoming/order-17/in/me.jpg",
                "incoming/../job.json",
                "incoming/./job.json",
                "incoming/portrait/..",
                "incoming/portrait/a\nb.jpg",
                "incoming/portrait/me.error",
                "incoming/order-17.error/job.json",
                "incoming-too/portrait/me.jpg",
                "Incoming/portrait/me.jpg",
                "/incoming/portrait/me.jpg",
                "old/incoming/portrait/me.jpg",
                ""
            })
    void whatLiesElsewhereIsNone(String key) {
        assertThat(Job.of(new Upload("photos", key), EventSettings.DEFAULT)).isEmpty();
    }

    @Test
    void aVersionIsFitForAHeader() {
        assertThat(SourceVersions.NONE
                        .with("user", "W/\"größe\"")
                        .with("template", "")
                        .metadata())
                .containsEntry("facefuse-user-etag", "W/\"gr__e\"")
                .containsEntry("facefuse-template-etag", "unknown");
    }

    @ParameterizedTest
    @CsvSource({
        "incoming/, templates/, incoming/fused/",
        "a/, a/, b/",
        "a/b/, c/, a/",
        "incoming, templates/, fused/",
        "/, templates/, fused/",
        "/incoming/, templates/, fused/",
        "'', templates/, fused/"
    })
    void noResultCanBeAnUpload(String incoming, String templates, String fused) {
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> new EventSettings(incoming, templates, fused))
                .withMessageStartingWith("facefuse.events.incoming, .templates and .fused must be");
    }
}
