package dev.espalier.engine.onnx;

import dev.espalier.engine.device.DeviceMemory;

/// KV of rows, of which a part can be kept.
interface KvSource {
    /// Copies positions of a row out: `[layer][key, value][head][position][dim]`.
    void copyOut(int row, int from, int to, DeviceMemory target);
}
