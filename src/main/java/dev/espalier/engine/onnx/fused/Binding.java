package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.device.DeviceTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The inputs and outputs of a run, and the tensors to close after it.
final class Binding {
    final Map<String, DeviceTensor> inputs = new HashMap<>();
    final Map<String, DeviceTensor> outputs = new HashMap<>();
    private final List<DeviceTensor> owned = new ArrayList<>();

    /// Adds an input that [#clear] closes.
    void input(String name, DeviceTensor tensor) {
        owned.add(tensor);
        inputs.put(name, tensor);
    }

    /// Adds an output that [#clear] closes.
    void output(String name, DeviceTensor tensor) {
        owned.add(tensor);
        outputs.put(name, tensor);
    }

    /// Adds tensors that [#clear] closes.
    void own(List<DeviceTensor> tensors) {
        owned.addAll(tensors);
    }

    void clear() {
        for (var tensor : owned) tensor.close();
        owned.clear();
        inputs.clear();
        outputs.clear();
    }
}
