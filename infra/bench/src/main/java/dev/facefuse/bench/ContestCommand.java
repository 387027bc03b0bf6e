package dev.facefuse.bench;

import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bench contest}: this project and its peers run the same networks in turn. */
@Command(
        name = "contest",
        description = "Runs the networks of this project and of its peers in turn, and compares times and numbers.",
        sortOptions = false)
final class ContestCommand implements Callable<Integer> {
    private static final int FAST_ROUNDS = 2;
    private static final int FAST_WARM_UP = 1;

    @Mixin
    private Workplace place = new Workplace();

    @Option(names = "--rounds", paramLabel = "N", description = "That count (default: 10).")
    private @Nullable Integer rounds;

    @Option(names = "--warm-up", paramLabel = "N", description = "Rounds before them (default: 2).")
    private @Nullable Integer warmUp;

    @Option(names = "--fast", description = "Two rounds after one to warm up, float32 only.")
    private boolean fast;

    @Option(names = "--threads", paramLabel = "N", defaultValue = "2", description = "For everybody (default: 2).")
    private int threads;

    @Option(
            names = "--contestants",
            paramLabel = "A,B",
            split = ",",
            description = "facefuse, original-2.10, original-1.13, djl, onnxruntime (default: all).")
    private List<String> contestants = Roster.NAMES;

    @Option(
            names = "--stages",
            paramLabel = "A,B",
            split = ",",
            description = "identity, shape, generator, enhancer (default: all).")
    private List<String> stages = Stage.ALL;

    @Option(
            names = "--precisions",
            paramLabel = "A,B",
            split = ",",
            converter = DtypeConverter.class,
            description = "float32, whose numbers bfloat16 is compared with, and bfloat16 (default: both).")
    private List<Dtype> precisions = List.of(Dtype.FLOAT32, Dtype.BFLOAT16);

    @Option(names = "--commit", paramLabel = "C", defaultValue = "unknown", description = "Of this project.")
    private String commit = "";

    @Override
    public Integer call() throws IOException {
        ContestSettings settings = new ContestSettings(
                rounds == null ? (fast ? FAST_ROUNDS : 10) : rounds,
                warmUp == null ? (fast ? FAST_WARM_UP : 2) : warmUp,
                threads,
                stages);
        Results results = results(settings);
        new Figures(place, "contest").write(results);
        ContestPlot.write(results, place.results().resolve("contest.png"));
        System.out.println(results.markdown());
        return results.isGood() ? 0 : 1;
    }

    private Results results(ContestSettings settings) throws IOException {
        Machine machine = Machine.here();
        String when = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        List<Entrant> entrants = new Roster(place, settings.threads(), settings.stages()).of(contestants);
        Contest contest = new Contest(settings, place.notes(), place.logs(), System.err::println);
        Contest.Held float32 = contest.hold(entrants, Dtype.FLOAT32, null);
        List<Heat> heats = new ArrayList<>(List.of(float32.heat()));
        if (!fast && precisions.contains(Dtype.BFLOAT16)) {
            heats.add(
                    machine.hasBfloat16()
                            ? contest.hold(entrants, Dtype.BFLOAT16, float32.reference())
                                    .heat()
                            : Heat.skipped(
                                    Dtype.BFLOAT16.jsonName(),
                                    "skipped: this processor does not compute in it (that takes AVX512-BF16 or AMX)"));
        }
        return new Results(when, commit, machine, settings, heats);
    }
}
