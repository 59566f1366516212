package dev.espalier.engine.device;

/// Blocks of equal size at equal distances in one memory.
///
/// @param offset of the first block in bytes
/// @param stride bytes from the start of one block to the start of the next
public record Blocks(DeviceMemory memory, long offset, long stride) {
    /// A single block.
    public Blocks(DeviceMemory memory, long offset) {
        this(memory, offset, 0);
    }
}
