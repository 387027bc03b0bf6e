package dev.facefuse.bench;

import dev.facefuse.bench.PeerOptions.DtypeConverter;
import dev.facefuse.nativelib.Dtype;
import java.io.IOException;
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
    private BenchOptions options = new BenchOptions();

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
    private List<String> contestants = Contenders.NAMES;

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

    @Override
    public Integer call() throws IOException {
        ContestSettings settings = new ContestSettings(
                rounds == null ? (fast ? FAST_ROUNDS : 10) : rounds,
                warmUp == null ? (fast ? FAST_WARM_UP : 2) : warmUp,
                threads,
                stages);
        ContestReport results = results(settings);
        options.publish("contest", results);
        ContestPlot.write(results, options.results().resolve("contest.png"));
        return results.isGood() ? 0 : 1;
    }

    private ContestReport results(ContestSettings settings) throws IOException {
        Origin origin = options.origin();
        Machine machine = origin.machine();
        List<Contender> contenders = new Contenders(options, settings.threads(), settings.stages()).of(contestants);
        Contest contest = new Contest(settings, options.notes(), options.logs(), System.err::println);
        Contest.Held float32 = contest.hold(contenders, Dtype.FLOAT32, null);
        List<DtypeResults> dtypes = new ArrayList<>(List.of(float32.dtypeResults()));
        if (!fast && precisions.contains(Dtype.BFLOAT16)) {
            dtypes.add(
                    machine.hasBfloat16()
                            ? contest.hold(contenders, Dtype.BFLOAT16, float32.reference())
                                    .dtypeResults()
                            : DtypeResults.skipped(
                                    Dtype.BFLOAT16.jsonName(),
                                    "skipped: this processor does not compute in it (that takes AVX512-BF16 or AMX)"));
        }
        return new ContestReport(origin, settings, dtypes);
    }
}
