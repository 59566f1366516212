package dev.espalier.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeviceExceptionTest {
    /// "Failed to allocate" is ONNX Runtime's message for its arena, "std::bad_alloc" its message for a file.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        the GPU's memory is full | true
        CUDA device 0 (NVIDIA L4) would use more than its limit of 8,000 MiB: 7,900 MiB are in use and 200 more are needed | true
        CUDA failure 2: out of memory ; GPU=0 | true
        bfc_arena.cc:376 Failed to allocate memory for requested buffer of size 4194304 | true
        std::bad_alloc | true
        Invalid rank for input: input_ids | false
        """)
    void outOfMemoryIsDistinguishedFromOtherFailures(String message, boolean full) {
        var advice = new DeviceException(message).advice("copy the file again");
        assertThat(advice)
                .isEqualTo(
                        full
                                ? "there was not enough memory: close other programs, or choose a smaller model, a smaller precision or the CPU"
                                : "copy the file again");
    }
}
