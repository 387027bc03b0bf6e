package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineTest {
    @Test
    void knowsTheExtensionsThatMatter() {
        String cpuinfo = "processor\t: 0\nflags\t\t: fpu avx2 avx512f avx512_bf16 rdpid\nbogomips\t: 1\n";
        assertThat(Machine.extensions(cpuinfo)).containsExactly("avx2", "avx512f", "avx512_bf16");
    }

    @Test
    void hasNoBfloat16WithoutTheInstructions() {
        assertThat(with(List.of("avx2", "avx512f")).hasBfloat16()).isFalse();
        assertThat(with(List.of("avx2", "amx_bf16")).hasBfloat16()).isTrue();
    }

    private static Machine with(List<String> extensions) {
        return new Machine("", 1, extensions, 0, "", "", Map.of());
    }
}
