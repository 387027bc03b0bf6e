package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.bench.Contender.Launch;
import dev.facefuse.bench.Result.Outcome;
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

    private static Contender answering(String name, boolean original, String... values) {
        StringBuilder script = new StringBuilder("echo '{\"ready\": \"shell\"}'\n");
        for (String value : values) {
            script.append("read command; test \"$command\" = run && echo '{\"millis\": {\"shape\": 5}, \"values\":")
                    .append(" {\"shape\": [1, ")
                    .append(value)
                    .append("]}}'\n");
        }
        return shell(name, original, script + "read command\necho it is over >&2\n");
    }

    private static Contender shell(String name, boolean original, String script) {
        return new Contender(
                name, name, original, BOTH, List.of(), new Launch(List.of("sh", "-c", script, "sh"), Map.of()));
    }

    private static Result result(DtypeResults dtypeResults, String name) {
        return dtypeResults.results().stream()
                .filter(result -> result.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void measuresThoseWhoAgree() throws IOException {
        Contender ours = answering("ours", false, "2.0001", "2.0001", "2.0001");
        Contender original = answering("original", true, "2", "2", "2");
        Contest.Held held = contest(2).hold(List.of(ours, original), Dtype.FLOAT32, null);
        Result result = result(held.dtypeResults(), "ours");
        assertThat(result.outcome()).isEqualTo(Outcome.MEASURED);
        assertThat(result.engine()).isEqualTo("shell");
        assertThat(result.rounds()).extracting(Result.Round::totalMillis).containsExactly(5.0, 5.0);
        assertThat(result.deviations().get("shape")).isBetween(1e-5, 1e-4);
        assertThat(result.memory().withLoadingBytes()).isPositive();
        assertThat(held.dtypeResults().reference()).isEqualTo("original, float32");
    }

    /** Once is enough, and a round to warm up counts. */
    @Test
    void tellsNoTimesOfWrongNumbers() throws IOException {
        Contender ours = answering("ours", false, "2.1", "2", "2");
        Contender original = answering("original", true, "2", "2", "2");
        DtypeResults dtypeResults =
                contest(2).hold(List.of(ours, original), Dtype.FLOAT32, null).dtypeResults();
        assertThat(result(dtypeResults, "ours").outcome()).isEqualTo(Outcome.WRONG);
        assertThat(result(dtypeResults, "ours").why()).isEqualTo("shape is off by 4.5e-02");
        assertThat(result(dtypeResults, "ours").rounds()).isEmpty();
        assertThat(result(dtypeResults, "original").measured()).isTrue();
    }

    @Test
    void findsWhatIsNotANumber() throws IOException {
        Contender ours = answering("ours", false, "NaN", "2");
        Contender original = answering("original", true, "2", "2");
        DtypeResults dtypeResults =
                contest(1).hold(List.of(ours, original), Dtype.FLOAT32, null).dtypeResults();
        assertThat(result(dtypeResults, "ours").outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void comparesWithAnEarlierHeat() throws IOException {
        Contender original = answering("original", true, "2", "2");
        Contest.Held float32 = contest(1).hold(List.of(original), Dtype.FLOAT32, null);
        Contender rough = answering("rough", true, "2.03", "2.03");
        Contender wrong = answering("wrong", true, "2.2", "2.2");
        DtypeResults dtypeResults = contest(1)
                .hold(List.of(wrong, rough), Dtype.BFLOAT16, float32.reference())
                .dtypeResults();
        assertThat(dtypeResults.reference()).isEqualTo("original, float32");
        assertThat(result(dtypeResults, "rough").measured()).isTrue();
        assertThat(result(dtypeResults, "wrong").outcome()).isEqualTo(Outcome.WRONG);
    }

    @Test
    void goesOnWithoutThoseWhoFail() throws IOException {
        Contender unable = shell("unable", false, "echo 'no library' >&2");
        Contender brief = answering("brief", true, "2");
        Contender talkative = shell("talkative", false, "echo Hello");
        Contender lasting = answering("lasting", false, "2", "2", "2");
        DtypeResults dtypeResults = contest(2)
                .hold(List.of(unable, brief, talkative, lasting), Dtype.FLOAT32, null)
                .dtypeResults();
        assertThat(result(dtypeResults, "unable").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result(dtypeResults, "unable").why()).isEqualTo("no library");
        assertThat(result(dtypeResults, "brief").outcome()).isEqualTo(Outcome.FAILED);
        assertThat(result(dtypeResults, "brief").why()).isEqualTo("it is over");
        assertThat(result(dtypeResults, "talkative").why()).isEqualTo("It said Hello");
        assertThat(result(dtypeResults, "lasting").measured()).isTrue();
        assertThat(result(dtypeResults, "lasting").rounds()).hasSize(2);
    }

    @Test
    void namesThoseWhoAreMissing() throws IOException {
        Contender missing = new Contender(
                "missing", "", true, BOTH, List.of(folder.resolve("python")), new Launch(List.of(), Map.of()));
        Contender unfit = new Contender("unfit", "", true, Set.of(), List.of(), new Launch(List.of(), Map.of()));
        DtypeResults dtypeResults =
                contest(1).hold(List.of(missing, unfit), Dtype.BFLOAT16, null).dtypeResults();
        assertThat(result(dtypeResults, "missing").outcome()).isEqualTo(Outcome.MISSING);
        assertThat(result(dtypeResults, "missing").why()).isEqualTo("there is no python");
        assertThat(result(dtypeResults, "unfit").why()).isEqualTo("not made for bfloat16 here");
    }

    @Test
    void everybodyBeginsOnce() throws IOException {
        List<Contender> contenders = List.of(answering("a", true, "2", "2", "2"), answering("b", true, "2", "2", "2"));
        contest(2).hold(contenders, Dtype.FLOAT32, null);
        assertThat(progress.stream().filter(line -> line.startsWith("  ")).map(line -> line.substring(2, 3)))
                .containsExactly("a", "b", "b", "a", "a", "b");
    }
}
