package dev.espalier.engine.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ProcessorTest {
    @Test
    void vnniIsReadFromTheFlagsOfLinux() {
        assertThat(Processor.withoutVnni(List.of("processor\t: 0", "flags\t\t: fpu sse4_1 avx avx2 fma")))
                .isTrue();
        assertThat(Processor.withoutVnni(List.of("flags\t\t: avx avx2 avx512f avx512_vnni")))
                .isFalse();
        assertThat(Processor.withoutVnni(List.of("flags\t\t: avx2 avx_vnni"))).isFalse();
        assertThat(Processor.withoutVnni(List.of("Features\t: fp asimd dotprod")))
                .isFalse();
        assertThat(Processor.withoutVnni(List.of("flags : sse2"))).isFalse();
        assertThat(Processor.withoutVnni(List.of())).isFalse();
    }
}
