package dev.facefuse.nativelib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeviceTest {

    @Test
    void parsesNames() {
        assertThat(Device.parse("cpu")).isEqualTo(Device.CPU).hasToString("cpu");
        assertThat(Device.parse("cuda")).isEqualTo(Device.cuda(0)).hasToString("cuda:0");
        assertThat(Device.parse(" CUDA:1 ")).isEqualTo(Device.cuda(1));
        assertThat(Device.CPU.isCuda()).isFalse();
        assertThat(Device.cuda(3).isCuda()).isTrue();
    }

    @Property(tries = 50)
    void parsesItsStringForm(@ForAll @IntRange(max = 127) int index) {
        Device device = Device.cuda(index);
        assertThat(Device.parse(device.toString())).isEqualTo(device);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "gpu", "cuda:", "cuda:-1", "cuda:128", "cuda:1000", "cpu:0", "cuda:x"})
    void listsTheAllowedValuesInTheErrorMessage(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Device.parse(text))
                .withMessage("Unknown device '" + text + "': use cpu, cuda or cuda:N (N from 0)");
    }

    @Test
    void rejectsInvalidNumbers() {
        assertThatIllegalArgumentException().isThrownBy(() -> Device.cuda(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new Device(Device.Kind.CPU, 1));
    }
}
