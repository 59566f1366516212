package dev.espalier.engine.device.library;

import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Reads the names of the libraries that a Linux library needs: the DT_NEEDED entries of a 64-bit ELF file (System V
/// ABI, chapters 4 and 5).
final class ElfFile {
    private static final int MAGIC = 0x464c457f;
    private static final int PT_LOAD = 1;
    private static final int PT_DYNAMIC = 2;
    private static final long DT_NEEDED = 1;
    private static final long DT_STRTAB = 5;

    private ElfFile() {}

    /// The names in file order, such as "libcudart.so.12"; empty if the file is not a 64-bit ELF file.
    static List<String> needed(Path file) throws IOException {
        try (var channel = FileChannel.open(file);
                var arena = Arena.ofConfined()) {
            var bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return bytes.byteSize() < 64 || bytes.get(JAVA_INT_UNALIGNED, 0) != MAGIC ? List.of() : needed(bytes);
        } catch (IndexOutOfBoundsException e) {
            throw new IOException(file + " is cut off", e);
        }
    }

    private static List<String> needed(MemorySegment bytes) {
        var dynamic = segments(bytes, PT_DYNAMIC);
        if (dynamic.isEmpty()) return List.of();
        var names = new ArrayList<Long>();
        long strings = 0;
        for (long at = dynamic.getFirst().offset; at < dynamic.getFirst().offset + dynamic.getFirst().size; at += 16) {
            long tag = bytes.get(JAVA_LONG_UNALIGNED, at);
            if (tag == 0) break;
            if (tag == DT_NEEDED) names.add(bytes.get(JAVA_LONG_UNALIGNED, at + 8));
            if (tag == DT_STRTAB) strings = bytes.get(JAVA_LONG_UNALIGNED, at + 8);
        }
        for (var load : segments(bytes, PT_LOAD)) {
            if (strings < load.address || strings >= load.address + load.size) continue;
            long table = strings - load.address + load.offset;
            return names.stream().map(name -> bytes.getString(table + name)).toList();
        }
        return List.of();
    }

    private record Segment(long offset, long address, long size) {}

    private static List<Segment> segments(MemorySegment bytes, int type) {
        var found = new ArrayList<Segment>();
        long table = bytes.get(JAVA_LONG_UNALIGNED, 32);
        int size = bytes.get(JAVA_SHORT_UNALIGNED, 54);
        int count = bytes.get(JAVA_SHORT_UNALIGNED, 56);
        for (long at = table; at < table + (long) count * size; at += size) {
            if (bytes.get(JAVA_INT_UNALIGNED, at) == type)
                found.add(new Segment(
                        bytes.get(JAVA_LONG_UNALIGNED, at + 8),
                        bytes.get(JAVA_LONG_UNALIGNED, at + 16),
                        bytes.get(JAVA_LONG_UNALIGNED, at + 32)));
        }
        return found;
    }
}
