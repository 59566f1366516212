package dev.espalier.engine.onnx.fused;

import dev.espalier.engine.device.DeviceTensor;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The inputs and outputs of a run, of which some tensors are made for it alone.
final class Binding {
    final Map<String, DeviceTensor> inputs = new HashMap<>();
    final Map<String, DeviceTensor> outputs = new HashMap<>();
    private final List<DeviceTensor> own = new ArrayList<>();

    /// An input that is closed with the run.
    void input(String name, DeviceTensor tensor) {
        own.add(tensor);
        inputs.put(name, tensor);
    }

    /// An output that is closed with the run.
    void output(String name, DeviceTensor tensor) {
        own.add(tensor);
        outputs.put(name, tensor);
    }

    /// Closed with the run too.
    void with(List<DeviceTensor> tensors) {
        own.addAll(tensors);
    }

    void clear() {
        for (var tensor : own) tensor.close();
        own.clear();
        inputs.clear();
        outputs.clear();
    }
}
