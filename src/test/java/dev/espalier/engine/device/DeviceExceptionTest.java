package dev.espalier.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceExceptionTest {
    /// The last two are ONNX Runtime's words when an allocation of its arena fails and when a file's does.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        the GPU's memory is full | true
        CUDA device 0 (NVIDIA L4) would take more than its limit of 8,000 MiB: 7,900 MiB are taken and 200 more are needed | true
        CUDA failure 2: out of memory ; GPU=0 | true
        bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 4194304 | true
        std::bad_alloc | true
        Invalid rank for input: input_ids | false
        """)
    void aFullMemoryIsToldFromOtherFailures(String words, boolean full) {
        var advice = new DeviceException(words).advice("copy the file again");
        assertThat(advice).isEqualTo(full ? "memory did not suffice: close other programs, choose a smaller model, a smaller precision or the CPU" : "copy the file again");
    }
}
