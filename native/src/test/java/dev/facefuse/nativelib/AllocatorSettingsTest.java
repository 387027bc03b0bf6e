package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AllocatorSettingsTest {

    private static final AllocatorSettings DEFAULT = AllocatorSettings.DEFAULT;

    @Test
    void rendersLibtorchsSyntax() {
        assertThat(DEFAULT.render()).isEqualTo("max_split_size_mb:128");
        assertThat(DEFAULT.withMaxSplitSizeMb(0).render()).isEmpty();
        assertThat(AllocatorSettings.expandable().render()).isEqualTo("expandable_segments:True");
        assertThat(DEFAULT.withMaxSplitSizeMb(20).withMemoryFraction(0.5, 0.8).render())
                .isEqualTo("max_split_size_mb:20,garbage_collection_threshold:0.8");
        assertThat(DEFAULT.withMemoryFraction(0.5, 0).withLaunchBlocking(true).render())
                .isEqualTo(DEFAULT.render());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 1, 19})
    void rejectsASmallSplitSize(int sizeMb) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMaxSplitSizeMb(sizeMb))
                .withMessage("A max split size of " + sizeMb + " MiB: give 20 or more, or 0 for no limit");
    }

    @Test
    void rejectsASplitLimitWithExpandableSegments() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> AllocatorSettings.expandable().withMaxSplitSizeMb(128))
                .withMessageContaining("set the max split size to 0 or leave expandable segments off");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1, 1.5, Double.NaN})
    void rejectsAThresholdOutOfRange(double threshold) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMemoryFraction(0.5, threshold))
                .withMessage("A garbage collection threshold of " + threshold
                        + ": give a part above 0 and below 1, or 0 for none");
    }

    @ParameterizedTest
    @ValueSource(doubles = {-1, 0, 1.01, Double.NaN})
    void rejectsAFractionOutOfRange(double fraction) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMemoryFraction(fraction, 0))
                .withMessage("A memory fraction of " + fraction + ": give a part above 0, up to 1 for all");
    }

    @Test
    void rejectsAnIneffectiveThreshold() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> DEFAULT.withMemoryFraction(1, 0.8))
                .withMessageContaining("set a memory fraction below 1");
    }

    @Test
    void areSetInTheEnvironmentBeforeLibtorchLoads() throws IOException, InterruptedException {
        assertThat(ForkedJvm.running(PreparesTwice.class).run())
                .containsExactly(
                        "AllocatorReport[conf=max_split_size_mb:64, source=OURS, variable=PYTORCH_ALLOC_CONF,"
                                + " readBack=false, remark=libtorch has not loaded yet]",
                        "PYTORCH_ALLOC_CONF=max_split_size_mb:64",
                        "PYTORCH_CUDA_ALLOC_CONF=null",
                        "CUDA_LAUNCH_BLOCKING=1",
                        "PYTORCH_ALLOC_CONF=max_split_size_mb:128",
                        "PYTORCH_CUDA_ALLOC_CONF=null",
                        "CUDA_LAUNCH_BLOCKING=0");
    }

    @Test
    void doNotReplaceTheUsersVariables() throws IOException, InterruptedException {
        List<String> printed = ForkedJvm.running(PreparesTwice.class)
                .withVariable("PYTORCH_ALLOC_CONF", "max_split_size_mb:32")
                .withVariable("CUDA_LAUNCH_BLOCKING", "2")
                .run();
        assertThat(printed)
                .contains("AllocatorReport[conf=max_split_size_mb:32, source=USER, variable=PYTORCH_ALLOC_CONF,"
                        + " readBack=false, remark=it is the user's own]")
                .endsWith(
                        "PYTORCH_ALLOC_CONF=max_split_size_mb:32",
                        "PYTORCH_CUDA_ALLOC_CONF=null",
                        "CUDA_LAUNCH_BLOCKING=2");
    }

    @Test
    void olderVariableHasPrecedence() throws IOException, InterruptedException {
        List<String> printed = ForkedJvm.running(PreparesTwice.class)
                .withVariable("PYTORCH_ALLOC_CONF", "max_split_size_mb:32")
                .withVariable("PYTORCH_CUDA_ALLOC_CONF", "")
                .run();
        assertThat(printed.get(0)).contains("conf=, source=USER, variable=PYTORCH_CUDA_ALLOC_CONF,");
        assertThat(printed)
                .endsWith(
                        "PYTORCH_ALLOC_CONF=max_split_size_mb:32",
                        "PYTORCH_CUDA_ALLOC_CONF=",
                        "CUDA_LAUNCH_BLOCKING=0");
    }

    /** Prepares the environment twice with different settings, without loading libtorch. */
    static final class PreparesTwice {

        public static void main(String[] arguments) {
            System.out.println(
                    Libtorch.prepareEnvironment(DEFAULT.withMaxSplitSizeMb(64).withLaunchBlocking(true)));
            print();
            Libtorch.prepareEnvironment(DEFAULT);
            print();
        }

        private static void print() {
            for (String name : List.of("PYTORCH_ALLOC_CONF", "PYTORCH_CUDA_ALLOC_CONF", "CUDA_LAUNCH_BLOCKING")) {
                System.out.println(name + "=" + ProcessNative.getEnvironment(name));
            }
        }
    }

    @Test
    void preparedSettingsAreLoaded() throws IOException, InterruptedException {
        assertThat(ForkedJvm.running(PreparesAndLoads.class).run())
                .containsExactly("expandable_segments:True OURS", "refused");
    }

    /** Prepares the environment, loads libtorch implicitly, and then requests other settings. */
    static final class PreparesAndLoads {

        public static void main(String[] arguments) {
            Libtorch.prepareEnvironment(AllocatorSettings.expandable());
            TensorScope.open().close();
            AllocatorReport report =
                    Libtorch.load(AllocatorSettings.expandable()).allocator();
            System.out.println(report.conf() + " " + report.source());
            assertThatIllegalStateException()
                    .isThrownBy(() -> Libtorch.load(DEFAULT))
                    .withMessageContaining("is loaded with " + AllocatorSettings.expandable());
            System.out.println("refused");
        }
    }

    @Test
    void cannotChangeAfterLoading() {
        LibtorchInfo info = Libtorch.load();
        assertThat(Libtorch.load(DEFAULT)).isSameAs(info);
        assertThat(Libtorch.prepareEnvironment(DEFAULT)).isSameAs(info.allocator());
        assertThat(info.allocator().readBack())
                .isEqualTo(info.cuda() && info.allocator().source() == AllocatorReport.Source.OURS);
        assertThatIllegalStateException().isThrownBy(() -> Libtorch.load(AllocatorSettings.expandable()));
        assertThatIllegalStateException().isThrownBy(() -> Libtorch.prepareEnvironment(AllocatorSettings.expandable()));
        assertThat(Libtorch.load()).isSameAs(info);
    }
}
