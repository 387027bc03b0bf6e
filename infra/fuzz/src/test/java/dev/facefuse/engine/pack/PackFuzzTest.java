package dev.facefuse.engine.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.facefuse.engine.memory.Footprint;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import dev.facefuse.fuzz.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * A {@code pack.json} that passes names files of its own folder only, and memory that can be added up; that the files are not there
 * is said. Any other is refused.
 */
class PackFuzzTest {
    /** More than any network has. */
    private static final int BATCH = 16;

    private final Path folder;

    PackFuzzTest() throws IOException {
        folder = Files.createTempDirectory("pack");
        folder.toFile().deleteOnExit();
        folder.resolve("pack.json").toFile().deleteOnExit();
    }

    @FuzzTest
    void holdsOrIsRefused(byte[] manifest) throws IOException {
        Files.write(folder.resolve("pack.json"), manifest);
        ModelPack pack;
        try {
            pack = ModelPack.open(folder);
        } catch (FuseException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.PACK_INVALID);
            return;
        }
        pack.roles().values().stream()
                .flatMap(role -> role.parts().stream())
                .map(part -> folder.resolve(part.file()).normalize())
                .forEach(file -> assertThat(file.getParent()).isEqualTo(folder));
        assertAddsUp(pack.roles());
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(pack::verify)
                .satisfies(e -> Refusal.check(e, ErrorCode.PACK_INVALID));
    }

    private static void assertAddsUp(Map<String, Manifest.Role> roles) {
        Footprint footprint = new Footprint(
                roles.entrySet().stream()
                        .map(role -> footprint(role.getKey(), role.getValue()))
                        .toList(),
                1);
        long less = 0;
        for (Plan plan : List.of(Plan.HOST, Plan.STREAMED, Plan.STAGED, Plan.RESIDENT)) {
            assertThat(footprint.bytes(plan)).as(plan.label()).isGreaterThanOrEqualTo(less);
            less = footprint.bytes(plan);
        }
    }

    private static Footprint.Role footprint(String name, Manifest.Role role) {
        List<Footprint.Part> parts = role.parts().stream()
                .map(part -> part.memory().get("float32"))
                .map(memory -> new Footprint.Part(memory.weightBytes(), memory.activationBytes()))
                .toList();
        return new Footprint.Role(name, BATCH, parts);
    }
}
