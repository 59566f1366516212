package dev.espalier.engine.device;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// The most memory that this process held at once, and how much there is.
public final class Peak {
    private Peak() {}

    /// In bytes: resident memory on Linux; elsewhere, where Java is not told, the memory committed now.
    public static long bytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmHWM:")).mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024).findFirst().orElseGet(Peak::committed);
        } catch (IOException notLinux) {
            return committed();
        }
    }

    /// The machine's memory in bytes, or what the process may have of it.
    public static long installed() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getTotalMemorySize();
    }

    private static long committed() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getCommittedVirtualMemorySize();
    }
}
