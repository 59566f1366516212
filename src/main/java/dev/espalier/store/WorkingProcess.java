package dev.espalier.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// Identifies a process, so that another one can tell whether it is alive.
///
/// @param id    process id
/// @param host  machine name, in a container with its process-number space; ids of other hosts mean nothing here
/// @param start tells it from a later process with the same id, "" if unknown
record WorkingProcess(long id, String host, String start) {
    /// Linux's first process-number space (PROC_PID_INIT_INO), outside of containers.
    private static final String OUTSIDE = "pid:[4026531836]";

    /// This process.
    static WorkingProcess self() {
        var self = ProcessHandle.current();
        return new WorkingProcess(self.pid(), hostOfSelf(), start(self));
    }

    /// Whether the process has certainly ended. Processes of other hosts cannot be checked.
    boolean gone(WorkingProcess seenFrom) {
        if (!host.equals(seenFrom.host)) return false;
        var living = ProcessHandle.of(id).filter(ProcessHandle::isAlive);
        if (living.isEmpty()) return true;
        var now = start(living.get());
        return !start.isEmpty() && !now.isEmpty() && !start.equals(now);
    }

    /// From files and the environment: a network lookup can be slow, and leaves the machine.
    private static String hostOfSelf() {
        var name = text(Path.of("/proc/sys/kernel/hostname"));
        if (name.isEmpty()) name = Objects.requireNonNullElse(System.getenv("COMPUTERNAME"), "");
        if (name.isEmpty()) name = Objects.requireNonNullElse(System.getenv("HOSTNAME"), "");
        try {
            var space = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
            return space.equals(OUTSIDE) ? name : name + " " + space;
        } catch (IOException | UnsupportedOperationException _) {
            return name;
        }
    }

    /// On Linux the boot id and the ticks since boot, which clock changes do not affect.
    private static String start(ProcessHandle process) {
        var stat = text(Path.of("/proc/" + process.pid() + "/stat"));
        // proc(5): the name, in brackets, can hold spaces and brackets; field 22 is the start time in ticks.
        var fields = stat.substring(stat.lastIndexOf(')') + 1).strip().split(" ");
        if (fields.length > 19) return text(Path.of("/proc/sys/kernel/random/boot_id")) + " " + fields[19];
        return process.info().startInstant().map(Object::toString).orElse("");
    }

    private static String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException _) {
            return "";
        }
    }
}
