package dev.espalier.engine.device;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What this machine's processor lacks.
public final class Processor {
    private static final Path DESCRIPTION = Path.of("/proc/cpuinfo");
    private static final String FLAGS = "flags";
    private static final boolean WITHOUT_VNNI = withoutVnni(read());

    private Processor() {}

    /// Whether it is an x86 processor with AVX2 and without VNNI. There ONNX Runtime adds products of 8-bit numbers
    /// in 16 bits, which overflow, so that int8 weights are less exact, and its 4-bit kernels for one row and for
    /// several give other bits. Its option against the overflow (`session.x64quantprecision`) ends the process on
    /// graphs of ours in version 1.29. False where it is not known: known on Linux only.
    public static boolean withoutVnni() {
        return WITHOUT_VNNI;
    }

    private static List<String> read() {
        try {
            return Files.isReadable(DESCRIPTION) ? Files.readAllLines(DESCRIPTION) : List.of();
        } catch (IOException e) {
            return List.of();
        }
    }

    static boolean withoutVnni(List<String> description) {
        return description.stream()
                .filter(line -> line.startsWith(FLAGS))
                .findFirst()
                .map(line ->
                        List.of(line.substring(line.indexOf(':') + 1).strip().split("\\s+")))
                .filter(flags -> flags.contains("avx2"))
                .filter(flags -> !flags.contains("avx512_vnni") && !flags.contains("avx_vnni"))
                .isPresent();
    }
}
