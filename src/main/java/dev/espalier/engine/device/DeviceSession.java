package dev.espalier.engine.device;

import dev.espalier.engine.format.TensorType;
import java.util.Map;
import java.util.Set;

/// A loaded graph. Several threads may run it at once.
public interface DeviceSession extends AutoCloseable {
    /// In the graph's order.
    Map<String, TensorType> inputs();

    /// In the graph's order.
    Map<String, TensorType> outputs();

    /// Runs the graph with outputs into memory of ours; an output may lie over the same memory as an input.
    /// When it returns, outputs on the host can be read, and those on the device be used by later runs and copies.
    ///
    /// @throws DeviceException where the runtime refuses or fails
    default void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        run(inputs, outputs, Set.of());
    }

    /// As [#run(Map, Map)], with further outputs in memory that the runtime makes where the graph runs.
    ///
    /// @return those; the caller closes them
    Map<String, DeviceTensor> run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> made);

    @Override
    void close();
}
