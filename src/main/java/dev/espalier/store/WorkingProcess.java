package dev.espalier.store;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;

/// A process as another one needs to know it to tell whether it still lives.
///
/// @param id    its number
/// @param host  name of its machine, in a container also of its number space; numbers of other hosts say nothing here
/// @param start what tells it from a later process with the same number, "" where that is not known
record WorkingProcess(long id, String host, String start) {
    /// The number of Linux's first process-number space (PROC_PID_INIT_INO): outside of containers.
    private static final String OUTSIDE = "pid:[4026531836]";

    /// This one.
    static WorkingProcess self() {
        var self = ProcessHandle.current();
        return new WorkingProcess(self.pid(), hostOfSelf(), start(self));
    }

    /// Whether it has certainly ended. What runs elsewhere cannot be seen from here.
    boolean gone(WorkingProcess seenFrom) {
        if (!host.equals(seenFrom.host)) return false;
        var living = ProcessHandle.of(id).filter(ProcessHandle::isAlive);
        if (living.isEmpty()) return true;
        var now = start(living.get());
        return !start.isEmpty() && !now.isEmpty() && !start.equals(now);
    }

    /// From files and the environment: asking the network for a name may take long, and leaves the machine.
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

    /// On Linux the boot and the ticks since then, which no change of the clock moves.
    private static String start(ProcessHandle process) {
        var stat = text(Path.of("/proc/" + process.pid() + "/stat"));
        // proc(5): the name, in brackets, may hold spaces and brackets; field 22 is the start in ticks.
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
