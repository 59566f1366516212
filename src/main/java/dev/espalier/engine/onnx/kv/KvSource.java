package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceMemory;

/// KV of rows, of which a part can be kept.
public interface KvSource {
    /// The bytes that one token takes over all layers.
    long tokenBytes();

    /// Copies positions of a row out: `[layer][key, value][head][position][dim]`.
    void copyOut(int row, int from, int to, DeviceMemory target);
}
