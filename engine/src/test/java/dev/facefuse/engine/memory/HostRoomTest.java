package dev.facefuse.engine.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.facefuse.engine.problem.ErrorCode;
import dev.facefuse.engine.problem.FuseException;
import org.junit.jupiter.api.Test;

/** On a simulated host of 700 MB, of which allocations are what is resident. */
class HostRoomTest {
    private static final long MEGABYTE = 1_000_000;

    private final SimulatedMemory host = new SimulatedMemory(700 * MEGABYTE);
    private final HostRoom room = new HostRoom(host);

    @Test
    void promisesWhatIsLeft() {
        room.take(700 * MEGABYTE).close();
        room.take(700 * MEGABYTE).close();
    }

    @Test
    void refusesWhatIsNotLeftInASentenceWithFigures() {
        host.allocate(450 * MEGABYTE);

        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> room.take(410 * MEGABYTE))
                .withMessageMatching(
                        "This fusion needs about 410 MB more and 2[45]\\d MB are left of 700 MB; ask for a smaller"
                                + " resolution, send smaller pictures or raise the limit\\.")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.OUT_OF_MEMORY));
    }

    @Test
    void givesBackWhatIsFreeBeforeItRefuses() {
        host.free(host.allocate(600 * MEGABYTE));
        assertThat(host.free()).isLessThan(200 * MEGABYTE);

        room.take(600 * MEGABYTE).close();
    }

    /** A fusion that has begun takes all of its promise some time, whether or not it has yet. */
    @Test
    void countsWhatOthersWerePromised() {
        HostRoom.Place first = room.take(400 * MEGABYTE);
        Object taken = host.allocate(300 * MEGABYTE);
        assertThat(taken).isNotNull();
        room.take(200 * MEGABYTE).close();
        assertThatExceptionOfType(FuseException.class).isThrownBy(() -> room.take(310 * MEGABYTE));

        first.close();
        first.close();

        room.take(310 * MEGABYTE).close();
    }

    @Test
    void refusesToLoadWhatDoesNotFit() {
        HostRoom.requireForLoading(host, 700 * MEGABYTE);
        assertThatExceptionOfType(FuseException.class)
                .isThrownBy(() -> HostRoom.requireForLoading(host, 701 * MEGABYTE))
                .withMessage("Loading takes about 701 MB and 700 MB are left of 700 MB; raise the limit.");
    }
}
