package dev.facefuse.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class PsnrTest {
    private static final byte[] FINE = {0, 100, (byte) 200, 50};

    @Test
    void isOfTheMeanSquaredDifference() {
        byte[] rough = {0, 104, (byte) 200, 50};
        assertThat(Psnr.between(rough, FINE)).isCloseTo(10 * Math.log10(255 * 255 / 4.0), within(1e-9));
    }

    @Test
    void countsWhatAFusionHasChanged() {
        byte[] rough = {0, 104, (byte) 200, 50};
        byte[] before = {0, 1, (byte) 200, 1};
        assertThat(Psnr.whereChanged(rough, FINE, before)).isCloseTo(10 * Math.log10(255 * 255 / 8.0), within(1e-9));
    }

    @Test
    void isInfiniteBetweenTheSame() {
        assertThat(Psnr.between(FINE.clone(), FINE)).isInfinite();
    }
}
