package dev.facefuse.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.step.Allocation.Kind;
import dev.facefuse.engine.step.FusionContext;
import dev.facefuse.engine.step.HostMemoryEstimator;
import dev.facefuse.engine.step.MemoryCost;
import dev.facefuse.engine.step.SampleContext;
import dev.facefuse.engine.step.Sizes;
import dev.facefuse.engine.step.Step;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBreakdownTest {
    private static final List<Footprint.Role> ROLES = List.of(
            role("detector", new Footprint.Part(1, 50)),
            role("mesh", new Footprint.Part(20, 7)),
            role("generator", new Footprint.Part(5, 40_000), new Footprint.Part(3, 1)),
            role("embedding", new Footprint.Part(60, 30), new Footprint.Part(10, 40)));

    private static final List<Step> STEPS = List.of(
            new Priced(
                    "read-template",
                    running("decoding the template", 7000)
                            .and("first use of libraries", 1_000_000, Kind.RUNTIME)
                            .leaving("the template", 3000, Kind.NATIVE)),
            new Priced("find-template-face", MemoryCost.NONE, "detector", "mesh"),
            new Priced(
                    "read-user",
                    running("decoding the user's picture", 9000).leaving("the user's picture", 4000, Kind.NATIVE)),
            new Priced("embed", MemoryCost.NONE, "embedding"),
            new Priced(
                    "fuse",
                    MemoryCost.running("planes of the fusion", 20_000, Kind.HEAP)
                            .leaving("planes of the fusion", 20_000, Kind.HEAP)),
            new Priced("generate", MemoryCost.NONE, "generator"),
            new Priced("paste", MemoryCost.NONE),
            new Priced(
                    "retouch",
                    running("retouching", 30_000)
                            .releasing("the user's picture")
                            .releasing("planes of the fusion")),
            new Priced("compare", MemoryCost.NONE, "mesh", "embedding"),
            new Priced("write", running("the encoder", 5000)),
            new Priced("label", running("the encoded result", 3500)));

    private record Priced(String name, MemoryCost price, List<String> networks) implements Step {
        Priced(String name, MemoryCost price, String... networks) {
            this(name, price, List.of(networks));
        }

        @Override
        public MemoryCost cost(Sizes sizes) {
            return price;
        }

        @Override
        public void run(FusionContext context) {}
    }

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
    void namesTheLargest(Plan plan, String step, String name, long bytes) {
        MemoryBreakdown breakdown =
                new MemoryBreakdown(ROLES, plan, HostMemoryEstimator.steps(STEPS, SampleContext.sizes()));
        assertThat(breakdown.largest(step)).isEqualTo(new MemoryBreakdown.Item(name, bytes));
    }

    private static MemoryCost running(String purpose, long bytes) {
        return MemoryCost.running(purpose, bytes, Kind.NATIVE);
    }

    private static Footprint.Role role(String name, Footprint.Part... parts) {
        return new Footprint.Role(name, 1, List.of(parts));
    }
}
