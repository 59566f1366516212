package dev.espalier.experiment.models;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FingerprintTextTest {
    @Test
    void aHashOfSamplesIsMarkedIfAFileCanBeThatLarge() {
        assertThat(FingerprintText.of("ab12", 4_000_000)).isEqualTo("ab12");
        assertThat(FingerprintText.of("ab12", 0)).isEqualTo("ab12");
        assertThat(FingerprintText.of("ab12", 1_500_000_000))
                .isEqualTo("ab12 (of files over 1 GiB: their size and 64 samples)");
        assertThat(FingerprintText.of("", 1_500_000_000)).isEmpty();
    }
}
