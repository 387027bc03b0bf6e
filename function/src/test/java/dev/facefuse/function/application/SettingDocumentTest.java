package dev.facefuse.function.application;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The metadata of settings, which documentation and deployment checks read, know the same settings as the start does. */
class SettingDocumentTest {

    @Test
    void metadataNameEverySetting() throws IOException {
        assertThat(SettingDocument.metadata().keySet()).isEqualTo(SettingNames.KNOWN.keySet());
    }

    @Test
    void everySettingHasAMeaning() throws IOException {
        assertThat(SettingDocument.metadata()).allSatisfy((name, property) -> assertThat(
                        property.path("description").asString())
                .as(name)
                .isNotBlank());
    }

    @Test
    void documentHasTheVariablesOfOtherParts() throws IOException {
        assertThat(SettingDocument.markdown()).contains(SettingNames.VARIABLES);
    }
}
