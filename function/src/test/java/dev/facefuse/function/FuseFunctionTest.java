package dev.facefuse.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.FuseOptions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FuseFunctionTest {
    private final FakeEngine engine = new FakeEngine();

    @Test
    void translatesThereAndBack() {
        FuseInput input = new FuseInput(picture("t"), picture("u"), null);
        FuseOutput output = new FuseFunction(engine).apply(input);
        assertThat(output.picture().base64())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("t+u");
        assertThat(output.picture().mediaType()).isEqualTo("image/jpeg");
        assertThat(output.report()).isSameAs(FakeEngine.REPORT);
        assertThat(engine.request).isNotNull();
        assertThat(engine.request.options()).isEqualTo(FuseOptions.DEFAULT);
        assertThat(engine.closed).isFalse();
    }

    private static FuseInput.Picture picture(String bytes) {
        return new FuseInput.Picture(bytes.getBytes(StandardCharsets.US_ASCII));
    }
}
