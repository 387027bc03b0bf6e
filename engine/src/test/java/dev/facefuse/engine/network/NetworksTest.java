package dev.facefuse.engine.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.facefuse.engine.memory.CacheTrimPolicy;
import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.memory.SimulatedMemory;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.nativelib.Device;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.LeakTracker;
import dev.facefuse.nativelib.ProcessNative;
import dev.facefuse.nativelib.ScriptModel;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests real networks under all plans. The host serves as the device, with a simulated capacity. */
class NetworksTest {
    private static final int WINDOWS = 5;
    private static final int ROUNDS_PER_WINDOW = 100;

    /** A leak grows in every window; the memory of the JVM's compiler changes by megabytes in some windows. */
    private static final long MAX_GROWTH_BYTES = 256 << 10;

    private static final long PLENTY = 64L << 30;

    private static Networks load(ModelPack pack, Plan plan) {
        List<Use> uses = pack.roles().keySet().stream()
                .sorted()
                .map(role -> new Use(pack, role, 1, true))
                .toList();
        Place target = new Place(Device.CPU, Precision.Dtypes.all(Dtype.FLOAT32), new SimulatedMemory(PLENTY), 1);
        return Networks.load(
                uses, target, MemorySettings.DEFAULT.withFastest(plan).with(0, CacheTrimPolicy.NEVER));
    }

    private static Map<String, List<float[]>> runAll(Networks networks, ModelPack pack) {
        Map<String, List<float[]>> outputs = new HashMap<>();
        try (MemoryGovernor<ScriptModel>.Session session = networks.governor().begin()) {
            pack.roles()
                    .forEach((name, role) ->
                            outputs.put(name, networks.network(name).run(SampleInputs.of(role))));
            assertThat(session.degraded()).isFalse();
        }
        return outputs;
    }

    @ParameterizedTest
    @ValueSource(strings = {"mesh", "chain"})
    void allPlansComputeTheSame(String name) {
        ModelPack pack = ModelPack.embedded(name);
        Map<String, List<float[]>> expected;
        try (Networks onHost = load(pack, Plan.HOST)) {
            expected = runAll(onHost, pack);
        }
        for (Plan plan : List.of(Plan.RESIDENT, Plan.STAGED, Plan.STREAMED)) {
            try (Networks networks = load(pack, plan)) {
                Map<String, List<float[]>> outputs = runAll(networks, pack);
                assertThat(networks.governor().forecast().plan()).isEqualTo(plan);
                outputs.forEach((role, values) -> {
                    assertThat(values).hasSameSizeAs(expected.get(role));
                    for (int i = 0; i < values.size(); i++) {
                        assertThat(Arrays.equals(
                                        values.get(i), expected.get(role).get(i)))
                                .as("output %d of %s of %s under %s, as on the host", i, role, name, plan)
                                .isTrue();
                    }
                });
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Plan.class)
    void copyingToTheDeviceDoesNotLeak(Plan plan) {
        ModelPack pack = ModelPack.embedded("mesh");
        long leaked = LeakTracker.caught();
        try (Networks networks = load(pack, plan)) {
            rounds(networks, ROUNDS_PER_WINDOW);
            long pointers = Pointer.totalCount();
            long minGrowth = Long.MAX_VALUE;
            for (int window = 0; window < WINDOWS; window++) {
                long heapBytes = ProcessNative.heapBytes();
                rounds(networks, ROUNDS_PER_WINDOW);
                minGrowth = Math.min(minGrowth, ProcessNative.heapBytes() - heapBytes);
            }
            assertThat(Pointer.totalCount()).as("native objects").isEqualTo(pointers);
            assertThat(minGrowth).as("growth of the C heap").isLessThan(MAX_GROWTH_BYTES);
        }
        assertThat(LeakTracker.caught()).isEqualTo(leaked);
    }

    private static void rounds(Networks networks, int count) {
        for (int round = 0; round < count; round++) {
            try (MemoryGovernor<ScriptModel>.Session session =
                    networks.governor().begin()) {
                long bytes = networks.governor().run(0, lease -> lease.withPart(0, ScriptModel::weightBytes));
                assertThat(bytes).isPositive();
                session.stageDone("move");
            }
        }
    }

    @Test
    void runsOnTheHostWithoutADevice() {
        ModelPack pack = ModelPack.embedded("mesh");
        DeviceMemory host = DeviceMemory.of(Device.CPU);
        Place target = new Place(Device.CPU, Precision.Dtypes.all(Dtype.FLOAT32), host, 1);
        long allocated = host.allocated();
        try (Networks networks =
                Networks.load(List.of(new Use(pack, "detector", 1, true)), target, MemorySettings.DEFAULT)) {
            assertThat(networks.governor().forecast().plan()).isEqualTo(Plan.HOST);
            assertThat(networks.loaded())
                    .singleElement()
                    .satisfies(part -> assertThat(part.model().weightBytes()).isEqualTo(host.allocated() - allocated));
            try (MemoryGovernor<ScriptModel>.Session session =
                    networks.governor().begin()) {
                networks.network("detector").run(SampleInputs.of(pack.role("detector")));
                session.stageDone("detect");
            }
            assertThat(networks.governor().counts().drifts()).isZero();
        }
        assertThat(host.allocated()).isEqualTo(allocated);
    }

    @Test
    void rejectsInputsThatAreNotInTheManifest() {
        ModelPack pack = ModelPack.embedded("mesh");
        try (Networks networks = load(pack, Plan.HOST)) {
            assertThatThrownBy(
                            () -> networks.network("detector").run(Map.of("picture", new HostTensor(new float[1], 1))))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("This network takes [image], not [picture]");
            assertThatThrownBy(() -> networks.network("nobody")).hasMessageContaining("nobody");
        }
    }
}
