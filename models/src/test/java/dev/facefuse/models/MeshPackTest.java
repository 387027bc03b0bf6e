package dev.facefuse.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.nativelib.ScriptModel;
import dev.facefuse.nativelib.Tensor;
import dev.facefuse.nativelib.TensorScope;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class MeshPackTest {
    private static final int POINTS = 468;

    /** The entry in {@code pack.json} of a part of a role, or of an asset. */
    record Entry(String name, JsonNode says) {
        String file() {
            return says.get("file").asString();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static List<Entry> files() throws IOException {
        List<Entry> files = new ArrayList<>(members("assets"));
        for (Entry role : members("roles")) {
            files.add(new Entry(role.name(), MeshPack.part(role.name())));
        }
        return files;
    }

    static List<Entry> rolesAndAssets() throws IOException {
        return Stream.concat(members("roles").stream(), members("assets").stream())
                .toList();
    }

    private static List<Entry> members(String kind) throws IOException {
        return MeshPack.manifest().get(kind).properties().stream()
                .map(entry -> new Entry(entry.getKey(), entry.getValue()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("files")
    void hasTheChecksumOfItsManifest(Entry entry) throws Exception {
        byte[] bytes = MeshPack.file(entry.file());
        assertThat(bytes).hasSize(entry.says.get("bytes").asInt());
        assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)))
                .isEqualTo(entry.says.get("sha256").asString());
    }

    @ParameterizedTest
    @MethodSource("rolesAndAssets")
    void saysWhereItComesFrom(Entry entry) {
        assertThat(entry.says.get("licence").asString()).isNotBlank();
        assertThat(entry.says.get("origin").asString()).contains("npm @");
    }

    @Test
    void keepsEveryRoleWhole() throws IOException {
        for (Entry role : members("roles")) {
            assertThat(role.says.get("parts").size()).as(role.name()).isEqualTo(1);
        }
    }

    @Test
    void hasNoFileThatTheManifestDoesNotName() throws Exception {
        Set<String> named = new TreeSet<>(Set.of("pack.json"));
        files().forEach(entry -> named.add(entry.file()));
        URI manifest = MeshPack.class
                .getResource("/dev/facefuse/models/mesh/pack.json")
                .toURI();
        File[] files = Path.of(manifest).getParent().toFile().listFiles();
        assertThat(files).extracting(File::getName).containsExactlyInAnyOrderElementsOf(named);
    }

    @ParameterizedTest
    @ValueSource(strings = {"detector", "mesh", "embedding"})
    void takesAndGivesWhatItsManifestSays(String role) throws IOException {
        JsonNode says = MeshPack.manifest().get("roles").get(role);
        try (ScriptModel model = MeshPack.load(role);
                TensorScope scope = TensorScope.open()) {
            assertThat(model.weightBytes())
                    .isEqualTo(MeshPack.part(role)
                            .at("/memory/float32/weightBytes")
                            .asLong());
            JsonNode input = says.get("inputs").get(0);
            assertThat(model.inputNames()).containsExactly(input.get("name").asString());
            long[] inputShape = shape(input, 2);
            int elements = (int) (inputShape[0] * inputShape[1] * inputShape[2] * inputShape[3]);
            Tensor image = scope.floats(new float[elements], inputShape);
            List<Tensor> outputs = model.run(scope, Map.of(input.get("name").asString(), image));
            List<long[]> shapes = new ArrayList<>();
            says.get("outputs").forEach(output -> shapes.add(shape(output, 2)));
            assertThat(outputs).extracting(Tensor::shape).containsExactlyElementsOf(shapes);
        }
    }

    private static long[] shape(JsonNode port, int batch) {
        long[] shape = new long[port.get("shape").size()];
        for (int i = 0; i < shape.length; i++) {
            long size = port.get("shape").get(i).asLong();
            shape[i] = size == -1 ? batch : size;
        }
        return shape;
    }

    @Test
    void mirrorsEachPointToOneThatMirrorsBack() throws IOException {
        int[] mirror =
                ints(MeshPack.json("/dev/facefuse/models/mesh/topology.json").get("mirror"));
        assertThat(mirror).hasSize(POINTS);
        for (int i = 0; i < POINTS; i++) {
            assertThat(mirror[mirror[i]]).as("mirror image of %d's", i).isEqualTo(i);
        }
    }

    @Test
    void hasRingsAlongEdgesOfTriangles() throws IOException {
        JsonNode topology = MeshPack.json("/dev/facefuse/models/mesh/topology.json");
        Set<Long> edges = new TreeSet<>();
        for (JsonNode triangle : topology.get("triangles")) {
            int[] corners = ints(triangle);
            for (int i = 0; i < 3; i++) {
                edges.add(edge(corners[i], corners[(i + 1) % 3]));
            }
        }
        for (String name : List.of("oval", "lipsOuter", "lipsInner", "leftEye", "rightEye", "leftBrow", "rightBrow")) {
            int[] ring = ints(topology.get(name));
            assertThat(ring).as(name).doesNotHaveDuplicates();
            for (int i = 0; i < ring.length; i++) {
                assertThat(edges).as("%s at %d", name, i).contains(edge(ring[i], ring[(i + 1) % ring.length]));
            }
        }
    }

    private static long edge(int a, int b) {
        return (long) Math.min(a, b) * POINTS + Math.max(a, b);
    }

    private static int[] ints(JsonNode array) {
        int[] ints = new int[array.size()];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = array.get(i).asInt();
        }
        return ints;
    }
}
