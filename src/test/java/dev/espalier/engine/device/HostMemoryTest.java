package dev.espalier.engine.device;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class HostMemoryTest {
    @Test
    void memoryThatIsNotThereIsSaidInOneSentence() {
        assertThatThrownBy(() -> new HostMemory(1L << 50).close()).isInstanceOf(DeviceException.class)
            .hasMessage("1,073,741,824 MiB of memory were needed and are not free; close other programs, or choose a smaller model or context");
    }
}
