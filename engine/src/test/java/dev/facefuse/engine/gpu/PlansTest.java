package dev.facefuse.engine.gpu;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.memory.MemoryGovernor;
import dev.facefuse.engine.memory.MemorySettings;
import dev.facefuse.engine.memory.Plan;
import dev.facefuse.engine.network.HostTensor;
import dev.facefuse.engine.network.Networks;
import dev.facefuse.engine.network.Networks.Place;
import dev.facefuse.engine.network.Networks.Use;
import dev.facefuse.engine.network.Precision;
import dev.facefuse.engine.network.SampleInputs;
import dev.facefuse.engine.pack.ModelPack;
import dev.facefuse.engine.pack.StandInInputs;
import dev.facefuse.nativelib.DeviceMemory;
import dev.facefuse.nativelib.Dtype;
import dev.facefuse.nativelib.LeakTracker;
import dev.facefuse.nativelib.ScriptModel;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Networks under every plan, on the real allocator where there is a card: what they compute, take and leave. */
@Tag("gpu")
class PlansTest {
    /**
     * Tolerance relative to an output's largest value. On a card cuDNN multiplies convolutions in TF32, with 10 bits after the point, unless told
     * otherwise; that is what a fusion gets, so it is what is tested. An error of one product (5e-4) grows with the root of
     * some dozens of layers. On the host all plans run the same code.
     */
    private static final double TOLERANCE_ON_A_CARD = 1e-2;

    /** Tolerance relative to an output's norm. */
    private static final double HALF_PRECISION_TOLERANCE = 2e-2;

    private static final MemorySettings SETTINGS = MemorySettings.DEFAULT;

    private static final Precision.Dtypes FLOAT32 = Precision.Dtypes.all(Dtype.FLOAT32);

    private static Networks load(ModelPack pack, Precision.Dtypes dtypes, Plan plan) {
        List<Use> uses = pack.roles().keySet().stream()
                .sorted()
                .map(role -> new Use(pack, role, 1, true))
                .toList();
        Place place = new Place(Card.device(), dtypes, Card.plannedMemory(), 1);
        return Networks.load(uses, place, SETTINGS.withFastest(plan));
    }

    private static Map<String, List<float[]>> runAll(Networks networks, ModelPack pack) {
        return runAll(networks, pack, (role, samples) -> samples);
    }

    /** @param inputs of a role, by its name and samples of what it takes */
    private static Map<String, List<float[]>> runAll(
            Networks networks,
            ModelPack pack,
            BiFunction<String, Map<String, HostTensor>, Map<String, HostTensor>> inputs) {
        Map<String, List<float[]>> outputs = new HashMap<>();
        try (MemoryGovernor<ScriptModel>.Session stay = networks.governor().begin()) {
            pack.roles()
                    .forEach((name, role) ->
                            outputs.put(name, networks.network(name).run(inputs.apply(name, SampleInputs.of(role)))));
            assertThat(stay.degraded()).as(stay.decision().why()).isFalse();
        }
        return outputs;
    }

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "mesh, RESIDENT", "mesh, STAGED", "mesh, STREAMED",
        "chain, RESIDENT", "chain, STAGED", "chain, STREAMED"
    })
    void everyPlanComputesAsTheHostWithinItsFootprint(String name, Plan plan, TestReporter reporter) {
        ModelPack pack = ModelPack.embedded(name);
        Figures figures = new Figures(reporter);
        DeviceMemory memory = Card.memory();
        Map<String, List<float[]>> expected;
        try (Networks onHost = load(pack, FLOAT32, Plan.HOST)) {
            expected = runAll(onHost, pack);
        }
        memory.emptyCache();
        long idle = memory.allocated();
        try (Networks networks = load(pack, FLOAT32, plan)) {
            assertThat(networks.governor().forecast().plan()).isEqualTo(plan);
            runAll(networks, pack); // From here on libraries have their workspaces.
            memory.resetPeak();
            Map<String, List<float[]>> outputs = runAll(networks, pack);
            if (Card.isThere()) {
                checkPeak(memory.peak() - idle, networks.governor().footprint().bytes(plan), figures);
            }
            long afterOne = memory.allocated();
            runAll(networks, pack);
            assertThat(memory.allocated()).as("allocated after another round").isEqualTo(afterOne);
            assertThat(networks.governor().counts().drifts()).as("drifts").isZero();
            checkOutputs(outputs, expected, figures);
        }
        memory.emptyCache();
        assertThat(memory.allocated()).as("allocated when all is closed").isEqualTo(idle);
    }

    /** What the project aims for, in bytes, of all that a fusion by these networks takes of a card. */
    @ParameterizedTest(name = "{0}")
    @CsvSource({"RESIDENT, 900e6", "STAGED, 500e6", "STREAMED, 300e6"})
    void unetNetworksRunInHalfPrecisionWithinTheirFootprint(Plan plan, double aimBytes, TestReporter reporter) {
        Card.require();
        ModelPack pack = ModelPack.embedded("damo-unet-skeleton");
        Figures figures = new Figures(reporter);
        DeviceMemory memory = Card.memory();
        Precision.Dtypes half = new Precision.Dtypes(Dtype.FLOAT32, Dtype.FLOAT16);
        Map<String, List<float[]>> expected;
        try (Networks onHost = load(pack, half, Plan.HOST)) {
            expected = runStandIns(onHost, pack);
        }
        memory.emptyCache();
        long idle = memory.allocated();
        try (Networks networks = load(pack, half, plan)) {
            runStandIns(networks, pack);
            memory.resetPeak();
            Map<String, List<float[]>> outputs = runStandIns(networks, pack);
            long predicted = networks.governor().footprint().bytes(plan);
            assertThat(predicted).as("predicted").isLessThanOrEqualTo((long) aimBytes);
            checkPeak(memory.peak() - idle, predicted, figures);
            expected.forEach(
                    (role, values) -> assertThat(relative(outputs.get(role).get(0), values.get(0)))
                            .as(role)
                            .isLessThan(HALF_PRECISION_TOLERANCE));
        }
    }

    private static Map<String, List<float[]>> runStandIns(Networks networks, ModelPack pack) {
        return runAll(networks, pack, PlansTest::standIns);
    }

    private static Map<String, HostTensor> standIns(String role, Map<String, HostTensor> samples) {
        Map<String, HostTensor> inputs = new HashMap<>();
        StandInInputs.of(role)
                .forEach((name, values) -> inputs.put(
                        name, new HostTensor(values, samples.get(name).shape())));
        return inputs;
    }

    /** ‖values − expected‖ / ‖expected‖. */
    private static double relative(float[] values, float[] expected) {
        double difference = 0;
        double norm = 0;
        for (int i = 0; i < expected.length; i++) {
            difference += Math.pow((double) values[i] - expected[i], 2);
            norm += Math.pow(expected[i], 2);
        }
        return Math.sqrt(difference / norm);
    }

    private static void checkPeak(long peakBytes, long predictedBytes, Figures figures) {
        figures.record("peak, measured", peakBytes, "bytes");
        figures.record("peak, predicted", predictedBytes, "bytes");
        figures.record("measured over predicted", (double) peakBytes / predictedBytes, "×");
        assertThat(peakBytes)
                .as("peak, with the reserve for the libraries' workspaces")
                .isLessThanOrEqualTo(predictedBytes + SETTINGS.reserveBytes());
    }

    private static void checkOutputs(
            Map<String, List<float[]>> outputs, Map<String, List<float[]>> expected, Figures figures) {
        double most = 0;
        for (Map.Entry<String, List<float[]>> role : expected.entrySet()) {
            List<float[]> values = outputs.get(role.getKey());
            assertThat(values).hasSameSizeAs(role.getValue());
            for (int i = 0; i < values.size(); i++) {
                most = Math.max(most, difference(values.get(i), role.getValue().get(i)));
            }
        }
        figures.record("largest difference from the host, over the largest value", most, "×");
        assertThat(most).isLessThanOrEqualTo(Card.isThere() ? TOLERANCE_ON_A_CARD : 0);
    }

    /** The largest, as part of the largest value that was expected; NaN counts as no end of a difference. */
    private static double difference(float[] values, float[] expected) {
        assertThat(values).hasSameSizeAs(expected);
        double largest = Float.MIN_NORMAL;
        double most = 0;
        for (int i = 0; i < values.length; i++) {
            double off = Math.abs((double) values[i] - expected[i]);
            largest = Math.max(largest, Math.abs(expected[i]));
            most = Math.max(most, Double.isNaN(off) ? Double.POSITIVE_INFINITY : off);
        }
        return most / largest;
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = Plan.class,
            names = {"RESIDENT", "STAGED", "STREAMED"})
    void roundsToTheDeviceAndBackLeaveNothing(Plan plan, TestReporter reporter) {
        int rounds = Card.times("rounds", 20);
        ModelPack pack = ModelPack.embedded("mesh");
        DeviceMemory memory = Card.memory();
        long caught = LeakTracker.caught();
        memory.emptyCache();
        long idle = memory.allocated();
        try (Networks networks = load(pack, FLOAT32, plan)) {
            move(networks);
            long afterOne = memory.allocated();
            for (int round = 1; round < rounds; round++) {
                move(networks);
                assertThat(memory.allocated())
                        .as("allocated after round %d", round)
                        .isEqualTo(afterOne);
            }
            assertThat(networks.governor().counts().drifts()).as("drifts").isZero();
        }
        assertThat(memory.allocated()).as("allocated when all is closed").isEqualTo(idle);
        assertThat(LeakTracker.caught()).isEqualTo(caught);
        new Figures(reporter).record("moved", rounds, "times");
    }

    private static void move(Networks networks) {
        try (MemoryGovernor<ScriptModel>.Session stay = networks.governor().begin()) {
            long bytes = networks.governor().run(0, turn -> turn.withPart(0, ScriptModel::weightBytes));
            assertThat(bytes).isPositive();
            stay.stageDone("move");
        }
    }
}
