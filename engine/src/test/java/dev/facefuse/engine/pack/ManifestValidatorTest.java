package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.pack.Manifest.Memory;
import dev.facefuse.engine.pack.Manifest.Part;
import dev.facefuse.engine.pack.Manifest.Port;
import dev.facefuse.engine.pack.Manifest.Role;
import dev.facefuse.engine.pack.Manifest.SyntheticParameter;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests manifests of a generator with two parts, {@code down} and {@code up}, each with one error. */
class ManifestValidatorTest {
    private static final String SHA256 = "0123456789abcdef".repeat(4);
    private static final Map<String, Memory> MEMORY = Map.of("float32", new Memory(8, 0));

    private static final Part DOWN = part("down", List.of("image"), List.of("low", "skip"));
    private static final Part UP = part("up", List.of("low", "skip"), List.of("result"));

    @Test
    void acceptsPartsThatPassTensors() {
        assertThatCode(() -> check(DOWN, UP)).doesNotThrowAnyException();
    }

    @Test
    void acceptsAnOutputOfAnEarlierPart() {
        Role role = role(ports("image"), ports("skip", "result"), DOWN, UP);
        assertThatCode(() -> check(role)).doesNotThrowAnyException();
    }

    @Test
    void rejectsAnUnknownInput() {
        Part up = part("up", List.of("low", "gone"), List.of("result"));
        assertRejected(() -> check(DOWN, up), "the part up of the role generator takes gone");
    }

    @Test
    void rejectsPartsInTheWrongOrder() {
        assertRejected(() -> check(UP, DOWN), "the part up of the role generator takes low");
    }

    @Test
    void rejectsAPartThatTakesItsOwnOutput() {
        Part up = part("up", List.of("low", "result"), List.of("result"));
        assertRejected(() -> check(DOWN, up), "the part up of the role generator takes result");
    }

    @Test
    void rejectsDuplicateTensorNames() {
        Part overwriting = part("up", List.of("low"), List.of("skip"));
        assertRejected(() -> check(DOWN, overwriting), "the part up of the role generator uses the name skip twice");
        Part shadowing = part("up", List.of("low"), List.of("image"));
        assertRejected(() -> check(DOWN, shadowing), "the part up of the role generator uses the name image twice");
        Part taking = part("up", List.of("low", "low"), List.of("result"));
        assertRejected(() -> check(DOWN, taking), "the part up of the role generator uses the name low twice");
        assertRejected(
                () -> check(role(ports("image", "image"), ports("result"), DOWN, UP)),
                "the role generator uses the name image twice");
        assertRejected(
                () -> check(role(ports("image"), ports("result", "result"), DOWN, UP)),
                "the role generator uses the name result twice");
    }

    @Test
    void rejectsDuplicatePartNames() {
        Part down = part("down", List.of("low"), List.of("result"));
        assertRejected(() -> check(DOWN, down), "the role generator has two parts named down");
    }

    @Test
    void rejectsAnOutputThatNoPartReturns() {
        assertRejected(() -> check(DOWN), "the role generator returns result, which no part");
        assertRejected(
                () -> check(role(ports("image"), ports("image"), DOWN, UP)),
                "the role generator returns image, which no part");
    }

    @Test
    void rejectsAPartWithoutOutputs() {
        assertRejected(
                () -> check(DOWN, part("up", List.of("low"), List.of())),
                "the part up of the role generator has no outputs");
    }

    @Test
    void rejectsARoleWithoutParts() {
        assertRejected(() -> check(new Part[0]), "the role generator has no parts");
        assertRejected(() -> check((Part) null), "the role generator has a part without a name");
        assertRejected(
                () -> check(part(" ", List.of(), List.of("result"))), "the role generator has a part without a name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../up.pt", "sub/up.pt", ".up.pt", ""})
    void rejectsAFileOutsideThePack(String file) {
        Part up = new Part("up", file, SHA256, 9, UP.inputs(), UP.outputs(), MEMORY, null);
        assertRejected(() -> check(DOWN, up), "the part up of the role generator does not name a plain file");
    }

    @Test
    void rejectsAnInvalidChecksum() {
        Part up = new Part("up", "up.pt", SHA256.substring(1), 9, UP.inputs(), UP.outputs(), MEMORY, null);
        assertRejected(() -> check(DOWN, up), "the part up of the role generator has no SHA-256 checksum");
    }

    @Test
    void rejectsInvalidMemoryFigures() {
        for (Map<String, Memory> memory :
                Arrays.<Map<String, Memory>>asList(null, Map.of(), Map.of("float16", new Memory(4, 0)))) {
            assertRejected(
                    () -> check(DOWN, taking(memory)), "the part up of the role generator does not say what memory");
        }
        for (Memory useless : Arrays.asList(
                new Memory(0, 0),
                new Memory(-1, 0),
                new Memory(1, -1),
                new Memory(Long.MAX_VALUE, 0),
                new Memory(1, (1L << 40) + 1),
                null)) {
            Map<String, Memory> memory = new HashMap<>(MEMORY);
            memory.put("float16", useless);
            assertRejected(
                    () -> check(DOWN, taking(memory)),
                    "the part up of the role generator has invalid memory figures",
                    "float16");
        }
    }

    @Test
    void rejectsInvalidSyntheticParameters() {
        List<Long> shape = List.of(4L, 2L, 3L, 3L);
        check(DOWN, synthetic(new SyntheticParameter("key", shape, List.of(1L, 1L, 1L), "channels_last")));
        check(DOWN, synthetic(new SyntheticParameter("key", shape, null, "transposed_channels_last")));
        for (SyntheticParameter parameter : Arrays.asList(
                null,
                new SyntheticParameter(" ", shape, null, null),
                new SyntheticParameter("key", null, null, null),
                new SyntheticParameter("key", List.of(), null, null),
                new SyntheticParameter("key", List.of(4L, 0L), null, null),
                new SyntheticParameter("key", List.of(1L << 20, 1L << 20), null, null))) {
            assertRejected(
                    () -> check(DOWN, synthetic(parameter)),
                    "the part up",
                    "does not describe the synthetic numbers of weight");
        }
        for (List<Long> narrow : List.of(
                List.of(1L, 0L),
                List.of(4L, 0L, 1L),
                List.of(-1L, 0L, 1L),
                List.of(1L, -1L, 1L),
                List.of(1L, 0L, 0L),
                List.of(1L, 0L, 3L),
                List.of(1L, Long.MAX_VALUE, 1L))) {
            assertRejected(
                    () -> check(DOWN, synthetic(new SyntheticParameter("key", shape, narrow, null))),
                    "the part up",
                    "a range");
        }
        assertRejected(
                () -> check(DOWN, synthetic(new SyntheticParameter("key", shape, null, "sideways"))),
                "stores weight in the unknown layout sideways");
        assertRejected(
                () -> check(DOWN, synthetic(new SyntheticParameter("key", List.of(4L), null, "channels_last"))),
                "unknown layout");
    }

    private static Part synthetic(SyntheticParameter parameter) {
        return new Part(
                "up",
                "up.pt",
                SHA256,
                9,
                UP.inputs(),
                UP.outputs(),
                MEMORY,
                Collections.singletonMap("weight", parameter));
    }

    @Test
    void rejectsMissingValues() {
        assertRejected(() -> check((Role) null), "the role generator lacks");
        assertRejected(
                () -> check(new Role(null, ports("image"), ports("result"), List.of(DOWN, UP), "", "")), "lacks");
        assertRejected(() -> check(role(null, ports("result"), DOWN, UP)), "the role generator lacks");
        assertRejected(() -> check(role(ports("image"), null, DOWN, UP)), "the role generator lacks");
        assertRejected(() -> check(role(Collections.singletonList(null), ports("result"), DOWN, UP)), "without a name");
        assertRejected(
                () -> check(role(List.of(new Port("image", null, null)), ports("result"), DOWN, UP)), "without a name");
        assertRejected(() -> check(DOWN, part("up", null, List.of("result"))), "the part up", "lacks its inputs");
        assertRejected(() -> check(DOWN, part("up", List.of("low"), null)), "the part up", "has no outputs");
        assertRejected(
                () -> check(DOWN, part("up", List.of("low"), Collections.singletonList(null))),
                "the part up",
                "without a name");
        assertRejected(() -> check(DOWN, part("up", Collections.singletonList(null), List.of("result"))), "takes null");
    }

    private static Part part(String name, List<String> inputs, List<String> outputs) {
        return new Part(name, name.strip() + ".pt", SHA256, 9, inputs, outputs, MEMORY, null);
    }

    private static Part taking(Map<String, Memory> memory) {
        return new Part("up", "up.pt", SHA256, 9, UP.inputs(), UP.outputs(), memory, null);
    }

    private static List<Port> ports(String... names) {
        return Arrays.stream(names)
                .map(name -> new Port(name, List.of(-1L, 3L, 8L, 8L), null))
                .toList();
    }

    private static Role role(List<Port> inputs, List<Port> outputs, Part... parts) {
        return new Role("float32", inputs, outputs, Arrays.asList(parts), "none", "a test");
    }

    private static void check(Part... parts) {
        check(role(ports("image"), ports("result"), parts));
    }

    private static void check(Role role) {
        ManifestValidator.check(
                new Manifest(Manifest.FORMAT, "test", "1", "", Collections.singletonMap("generator", role), Map.of()),
                "/packs/test");
    }

    private static void assertRejected(ThrowingCallable call, String... texts) {
        assertThatExceptionOfType(FuseException.class).isThrownBy(call).satisfies(e -> {
            assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID);
            assertThat(e).hasMessageContainingAll(texts);
            assertThat(e.getMessage())
                    .startsWith("In the pack.json in /packs/test, the ")
                    .endsWith("; export the pack again.");
        });
    }
}
