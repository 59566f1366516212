package dev.espalier.engine.onnx.decode;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void memoryIsDividedBetweenRowsAndCacheInTheSameRatio() {
        assertThat(new PolicyLimits(32, 256, 2, 2048).withMemory(1152)).isEqualTo(new PolicyLimits(32, 128, 2, 1024));
        assertThat(new PolicyLimits(32, 0, 2, 2048).withMemory(100)).isEqualTo(new PolicyLimits(32, 0, 2, 100));
        assertThat(new PolicyLimits(256, 0, 1, 0).withMemory(100))
                .as("a full device")
                .isEqualTo(new PolicyLimits(256, 0, 1, 100));
    }
}
