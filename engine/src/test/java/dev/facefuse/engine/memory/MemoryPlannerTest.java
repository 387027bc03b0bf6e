package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.memory.MemoryPlanner.Decision;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryPlannerTest {
    private static final long MEGA = 1_000_000;

    /** 860 MB resident, 480 staged, 300 streamed. */
    private static final MemoryPlanner PLANNER = new MemoryPlanner(new Footprint(
            List.of(
                    SimulatedNetworks.role("generator", 4, 80 * MEGA, 160 * MEGA),
                    SimulatedNetworks.role("enhancer", 4, 60 * MEGA, 220 * MEGA),
                    SimulatedNetworks.role("identity", 1, 80 * MEGA, MEGA)),
            1));

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "6200 | RESIDENT | resident needs 0.86 GB, 6.20 GB free: resident",
                "860  | RESIDENT | resident needs 0.86 GB, 0.86 GB free: resident",
                "859  | STAGED   | resident needs 0.86 GB, staged 0.48 GB, 0.86 GB free: staged",
                "610  | STAGED   | resident needs 0.86 GB, staged 0.48 GB, 0.61 GB free: staged",
                "310  | STREAMED | resident needs 0.86 GB, staged 0.48 GB, streamed 0.28 GB, 0.31 GB free: streamed",
                "40   | HOST     | resident needs 0.86 GB, staged 0.48 GB, streamed 0.28 GB, 40 MB free: host",
                "-9   | HOST     | resident needs 0.86 GB, staged 0.48 GB, streamed 0.28 GB, 0.0 MB free: host"
            })
    void choosesTheFastestPlanThatFits(long freeMega, Plan plan, String why) {
        Decision decision = PLANNER.decide(Plan.RESIDENT, freeMega * MEGA);
        assertThat(decision.plan()).isEqualTo(plan);
        assertThat(decision.why()).isEqualTo(why);
    }

    @Test
    void choosesNoFasterPlanThanAllowed() {
        assertThat(PLANNER.decide(Plan.STAGED, 6200 * MEGA).why())
                .isEqualTo("staged needs 0.48 GB, 6.20 GB free: staged");
    }

    /** Each process needs a CUDA context of 450 MB and its reserve in addition to the plan. */
    @ParameterizedTest
    @CsvSource({
        "4000, RESIDENT, 2",
        "4000, STAGED, 3",
        "4000, STREAMED, 4",
        "80000, RESIDENT, 55",
        "1000, RESIDENT, 0",
        "80000, HOST, 0"
    })
    void calculatesTheReplicasPerDevice(long cardMega, Plan plan, long replicas) {
        assertThat(PLANNER.replicas(plan, cardMega * MEGA, 134 * MEGA)).isEqualTo(replicas);
    }

    @Test
    void hostPlanNeedsNoComparison() {
        assertThat(PLANNER.decide(Plan.HOST, 0)).isEqualTo(new Decision(Plan.HOST, 0, "the networks run on the host"));
    }
}
