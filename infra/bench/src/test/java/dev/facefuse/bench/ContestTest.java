package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.Entrant.Launch;
import dev.facefuse.bench.Standing.Outcome;
import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Contestants are shells that know their answers by heart. */
@EnabledOnOs(value = OS.LINUX, disabledReason = "Contestants are measured through /proc")
class ContestTest {
    private static final Set<Dtype> BOTH = Set.of(Dtype.FLOAT32, Dtype.BFLOAT16);

    @TempDir
    private Path folder;

    private final List<String> progress = new ArrayList<>();

    private Contest contest(int rounds) {
        return new Contest(new ContestSettings(rounds, 1, 1, List.of("shape")), folder, folder, progress::add);
    }

    private static Entrant answering(String name, boolean original, String... values) {
        StringBuilder script = new StringBuilder("echo '{\"ready\": \"shell\"}'\n");
        for (String value : values) {
            script.append("read command; test \"$command\" = run && echo '{\"millis\": {\"shape\": 5}, \"values\":")
                    .append(" {\"shape\": [1, ")
                    .append(value)
                    .append("]}}'\n");
        }
        return shell(name, original, script + "read command\necho it is over >&2\n");
    }

    private static Entrant shell(String name, boolean original, String script) {
        return new Entrant(
                name, name, original, BOTH, List.of(), new Launch(List.of("sh", "-c", script, "sh"), Map.of()));
    }

    private static Standing standing(Heat heat, String name) {
        return heat.standings().stream()
                .filter(standing -> standing.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void measuresThoseWhoAgree() throws IOException {
        Entrant ours = answering("ours", false, "2.0001", "2.0001", "2.0001");
        Entrant original = answering("original", true, "2", "2", "2");
        Contest.Held held = contest(2).hold(List.of(ours, original), Dtype.FLOAT32, null);
        Standing standing = standing(held.heat(), "ours");
        assertThat(standing.outcome()).isEqualTo(Outcome.MEASURED);
        assertThat(standing.engine()).isEqualTo("shell");
        assertThat(standing.rounds()).extracting(Standing.Round::totalMillis).containsExactly(5.0, 5.0);
        assertThat(standing.deviations().get("shape")).isBetween(1e-5, 1e-4);
        assertThat(standing.memory().withLoadingBytes()).isPositive();
        assertThat(held.heat().reference()).isEqualTo("original, float32");
    }

    /** Once is enough, and a round to warm up counts. */
    @Test
    void tellsNoTimesOfWrongNumbers() throws IOException {
        Entrant ours = answering("ours", false, "2.1", "2", "2");
        Entrant original = answering("original", true, "2", "2", "2");
        Heat heat =
                contest(2).hold(List.of(ours, original), Dtype.FLOAT32, null).heat();
        assertThat(standing(heat, "ours").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(standing(heat, "ours").why()).isEqualTo("shape is off by 4.5e-02");
        assertThat(standing(heat, "ours").rounds()).isEmpty();
        assertThat(standing(heat, "original").measured()).isTrue();
    }

    @Test
    void findsWhatIsNotANumber() throws IOException {
        Entrant ours = answering("ours", false, "NaN", "2");
        Entrant original = answering("original", true, "2", "2");
        Heat heat =
                contest(1).hold(List.of(ours, original), Dtype.FLOAT32, null).heat();
        assertThat(standing(heat, "ours").outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void comparesWithAnEarlierHeat() throws IOException {
        Entrant original = answering("original", true, "2", "2");
        Contest.Held float32 = contest(1).hold(List.of(original), Dtype.FLOAT32, null);
        Entrant rough = answering("rough", true, "2.03", "2.03");
        Entrant wrong = answering("wrong", true, "2.2", "2.2");
        Heat heat = contest(1)
                .hold(List.of(wrong, rough), Dtype.BFLOAT16, float32.reference())
                .heat();
        assertThat(heat.reference()).isEqualTo("original, float32");
        assertThat(standing(heat, "rough").measured()).isTrue();
        assertThat(standing(heat, "wrong").outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void goesOnWithoutThoseWhoFail() throws IOException {
        Entrant unable = shell("unable", false, "echo 'no library' >&2");
        Entrant brief = answering("brief", true, "2");
        Entrant talkative = shell("talkative", false, "echo Hello");
        Entrant lasting = answering("lasting", false, "2", "2", "2");
        Heat heat = contest(2)
                .hold(List.of(unable, brief, talkative, lasting), Dtype.FLOAT32, null)
                .heat();
        assertThat(standing(heat, "unable").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(standing(heat, "unable").why()).isEqualTo("no library");
        assertThat(standing(heat, "brief").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(standing(heat, "brief").why()).isEqualTo("it is over");
        assertThat(standing(heat, "talkative").why()).isEqualTo("It said Hello");
        assertThat(standing(heat, "lasting").measured()).isTrue();
        assertThat(standing(heat, "lasting").rounds()).hasSize(2);
    }

    @Test
    void namesThoseWhoAreMissing() throws IOException {
        Entrant missing = new Entrant(
                "missing", "", true, BOTH, List.of(folder.resolve("python")), new Launch(List.of(), Map.of()));
        Entrant unfit = new Entrant("unfit", "", true, Set.of(), List.of(), new Launch(List.of(), Map.of()));
        Heat heat =
                contest(1).hold(List.of(missing, unfit), Dtype.BFLOAT16, null).heat();
        assertThat(standing(heat, "missing").outcome()).isEqualTo(Outcome.MISSING);
        assertThat(standing(heat, "missing").why()).isEqualTo("there is no python");
        assertThat(standing(heat, "unfit").why()).isEqualTo("not made for bfloat16 here");
    }

    @Test
    void everybodyBeginsOnce() throws IOException {
        List<Entrant> entrants = List.of(answering("a", true, "2", "2", "2"), answering("b", true, "2", "2", "2"));
        contest(2).hold(entrants, Dtype.FLOAT32, null);
        assertThat(progress.stream().filter(line -> line.startsWith("  ")).map(line -> line.substring(2, 3)))
                .containsExactly("a", "b", "b", "a", "a", "b");
    }
}
