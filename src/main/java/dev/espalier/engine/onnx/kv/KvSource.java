package dev.espalier.engine.onnx.kv;

import dev.espalier.engine.device.DeviceMemory;

/// KV of rows that can be copied to a cache.
public interface KvSource {
    /// Bytes of one token over all layers.
    long tokenBytes();

    /// Copies positions of a row to `[layer][key, value][head][position][dim]`.
    void copyOut(int row, int from, int to, DeviceMemory target);
}
