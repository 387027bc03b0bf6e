package dev.facefuse.function.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.facefuse.engine.Diagnostics;
import dev.facefuse.engine.EngineInfo;
import dev.facefuse.engine.EngineMetrics;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A machine with a card on which much is wrong. */
class DoctorFormatterTest {
    private static final EngineInfo ENGINE = new EngineInfo(
            "0.1.0", "2.10.0", "4.13.0", "AVX2", false, 1, true, 1, "cuda:0", "unet 1.0.0", List.of(), 0, 0);

    private static final Diagnostics DIAGNOSIS = new Diagnostics(
            ENGINE,
            List.of(new Diagnostics.Device(
                    "cuda:0",
                    "NVIDIA L4",
                    24_000_000_000L,
                    2_100_000_000L,
                    List.of(
                            new Diagnostics.ProcessUse(42, "python3", 20_000_000_000L),
                            new Diagnostics.ProcessUse(7, "java", -1)),
                    "")),
            new EngineMetrics(
                    new EngineMetrics.Memory(
                            "cuda:0", 24_000_000_000L, 2_100_000_000L, 500_000_000, 800_000_000, 900_000_000),
                    new EngineMetrics.Memory("cpu", 4_000_000_000L, 3_000_000_000L, 0, 700_000_000, 750_000_000),
                    new EngineMetrics.Admission(1, 0, 0, 0),
                    2,
                    1,
                    0,
                    3,
                    4096,
                    5),
            new Diagnostics.Allocator(
                    6, 0, 128_000_000, 200_000_000, "max_split_size_mb:128", "ours", "PYTORCH_ALLOC_CONF", true, ""),
            "staged",
            "resident needs 2.60 GB, staged 1.40 GB, 1.97 GB free: staged",
            List.of(
                    new Diagnostics.Network(
                            "mesh", "whole", "mesh.pt", "float16", "float32", 1, 3_000_000, 900_000, List.of()),
                    new Diagnostics.Network(
                            "enhancer",
                            "encoder",
                            "enhancer-encoder.pt",
                            "float32",
                            "float32",
                            4,
                            250_000_000,
                            1_400_000_000,
                            List.of("aten::to in y = torch.to(x, 5)"))),
            List.of(
                    new Diagnostics.Card(
                            1_000_000_000,
                            "host",
                            0,
                            0,
                            "resident needs 2.60 GB, staged 1.40 GB, streamed 0.90 GB, 0.42 GB free, and so on: host"),
                    new Diagnostics.Card(
                            24_000_000_000L, "resident", 2_600_000_000L, 7, "resident needs 2.60 GB: resident")),
            List.of("3 fusions left 4096 bytes on cuda:0: a defect of facefuse. Report it with the log, and with what"
                    + " the log says before it."));

    @Test
    void answersEveryQuestionInASection() {
        String text = DoctorFormatter.of(DIAGNOSIS, List.of("mesh 1.0.0"), null);
        assertThat(text).isEqualTo("""
                facefuse  0.1.0
                libtorch  2.10.0
                opencv    4.13.0
                java      %s
                cpu       AVX2, 1 thread
                cuda      1 device(s)
                device    cuda:0
                packs     mesh 1.0.0 (embedded)
                pack      unet 1.0.0

                Devices
                  cuda:0  NVIDIA L4: 24.00 GB, 2.10 GB free
                          pid 42 python3: 20.00 GB
                          pid 7 java: size not known
                  host    4.00 GB for this process, 0.70 GB resident, 3.00 GB free

                Memory of cuda:0
                  in use     0.50 GB allocated, 0.80 GB reserved, 0.90 GB peak, 2.10 GB free
                  allocator  6 retries, out of memory never, largest free block 0.13 GB, fragmentation 25 %%
                  settings   max_split_size_mb:128 (ours, in PYTORCH_ALLOC_CONF; confirmed by the allocator)
                  governor   out of memory once, cache given back 5 times
                  defects    2 objects reclaimed by the collector, 3 drifts (4096 bytes); all should be 0
                  plan       staged: resident needs 2.60 GB, staged 1.40 GB, 1.97 GB free: staged

                Networks
                  role      file                 weights  activations  at once  type
                  mesh      mesh.pt                 3 MB       0.9 MB        1  float16 run as float32
                  enhancer  enhancer-encoder.pt  0.25 GB      1.40 GB        4  float32
                                                                                half: aten::to in y = torch.to(x, 5)

                Plans on other cards, alone there, and how many processes each has memory for
                  card   plan      needs    fit  why
                   1 GB  host       0.0 MB    0  resident needs 2.60 GB, staged 1.40 GB, streamed 0.90 GB, 0.42 GB
                                                 free, and so on: host
                  24 GB  resident  2.60 GB    7  resident needs 2.60 GB: resident

                Wrong
                  *  3 fusions left 4096 bytes on cuda:0: a defect of facefuse. Report it with the log, and with
                     what the log says before it.""".formatted(
                        System.getProperty("java.version") + ", " + System.getProperty("java.vm.name")));
        assertThat(text.lines()).allMatch(line -> line.length() <= Table.WIDTH);
    }
}
