package dev.espalier.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class ProcessVariablesTest {
    @Test
    @SuppressWarnings("restricted") // asks the C library
    void nativeLibrariesReadWhatIsSet() throws Throwable {
        ProcessVariables.set("ESPALIER_TEST_VARIABLE", "one");
        ProcessVariables.set("ESPALIER_TEST_VARIABLE", "zwei ü");
        var linker = Linker.nativeLinker();
        var get = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("getenv"), FunctionDescriptor.of(ADDRESS, ADDRESS));
        try (var arena = Arena.ofConfined()) {
            var value = (MemorySegment) get.invokeExact(arena.allocateFrom("ESPALIER_TEST_VARIABLE"));
            assertThat(value.reinterpret(100).getString(0)).isEqualTo("zwei ü");
        }
    }
}
