package dev.espalier.engine.device;

/// Blocks of equal size at equal distances, of one memory.
///
/// @param at     the first one's first byte
/// @param stride bytes from one's start to the next one's
public record Blocks(DeviceMemory memory, long at, long stride) {
    /// Where there is only one.
    public Blocks(DeviceMemory memory, long at) {
        this(memory, at, 0);
    }
}
