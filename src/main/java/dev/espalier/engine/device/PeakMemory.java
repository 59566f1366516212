package dev.espalier.engine.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// Peak memory of this process, and the memory of the machine.
public final class PeakMemory {
    private PeakMemory() {}

    /// Peak resident memory in bytes on Linux. Elsewhere the memory committed now, since Java has no peak there.
    public static long bytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElseGet(PeakMemory::committed);
        } catch (IOException notLinux) {
            return committed();
        }
    }

    /// The machine's memory in bytes, or the process's limit if that is lower.
    public static long installed() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private static long committed() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getCommittedVirtualMemorySize();
    }
}
