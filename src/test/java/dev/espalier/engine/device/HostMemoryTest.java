package dev.espalier.engine.device;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HostMemoryTest {
    @Test
    void anAllocationBeyondTheMachinesMemoryFailsWithOneSentence() {
        assertThatThrownBy(() -> new HostMemory(1L << 50).close())
                .isInstanceOf(DeviceException.class)
                .hasMessage(
                        "1,073,741,824 MiB of memory are needed and not available; close other programs, or choose a smaller model or context");
    }
}
