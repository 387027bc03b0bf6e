package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.fusion.Fusion;
import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.picture.HostPeak;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeakTermsTest {
    private static final List<Footprint.Role> ROLES = List.of(
            role("detector", new Footprint.Part(1, 50)),
            role("mesh", new Footprint.Part(20, 7)),
            role("generator", new Footprint.Part(5, 40_000), new Footprint.Part(3, 1)),
            role("embedding", new Footprint.Part(60, 30), new Footprint.Part(10, 40)));

    private static final Stages STAGES =
            new Stages(List.of(new Fusion.Step("fuse", List.of()), new Fusion.Step("generate", List.of("generator"))));

    private static final HostPeak.Terms HOST = new HostPeak.Terms(7000, 3000, 9000, 4000, 20_000, 30_000, 5000, 3500);

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "RESIDENT, read-template,      weights of all networks,     99",
                "RESIDENT, find-template-face, weights of all networks,     99",
                "STAGED,   read-template,      nothing,                     0",
                "STAGED,   find-template-face, activations of detector,     50",
                "STAGED,   compare,            weights of embedding,        70",
                "STREAMED, compare,            weights of embedding,        60",
                "HOST,     read-template,      decoding the template,      7000",
                "HOST,     read-user,          decoding the user's picture, 9000",
                "HOST,     embed,              the user's picture,         4000",
                "HOST,     fuse,               planes of the fusion,       20000",
                "HOST,     generate,           activations of generator,   40000",
                "STREAMED, generate,           activations of generator,   40000",
                "HOST,     paste,              planes of the fusion,       20000",
                "HOST,     retouch,            retouching,                 30000",
                "HOST,     compare,            the template,               3000",
                "HOST,     write,              the encoder,                5000",
                "HOST,     label,              the encoded result,         3500",
            })
    void namesTheLargest(Plan plan, String stage, String what, long bytes) {
        assertThat(new PeakTerms(ROLES, plan, STAGES, HOST).largest(stage)).isEqualTo(new PeakTerms.Term(what, bytes));
    }

    private static Footprint.Role role(String name, Footprint.Part... parts) {
        return new Footprint.Role(name, 1, List.of(parts));
    }
}
