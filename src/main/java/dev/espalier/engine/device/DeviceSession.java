package dev.espalier.engine.device;

import dev.espalier.engine.format.TensorType;
import java.util.Map;
import java.util.Set;

/// A loaded graph. Thread-safe: several threads may run it at once.
public interface DeviceSession extends AutoCloseable {
    /// Types of the inputs by name, in the graph's order.
    Map<String, TensorType> inputs();

    /// Types of the outputs by name, in the graph's order.
    Map<String, TensorType> outputs();

    /// Runs the graph. Outputs are written into the given tensors; an output may share the memory of an input.
    /// On return, host outputs can be read, and device outputs can be used by later runs and copies.
    ///
    /// @throws DeviceException if the runtime rejects the inputs or fails
    default void run(Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs) {
        run(inputs, outputs, Set.of());
    }

    /// As [#run(Map, Map)], with further outputs in device memory that the runtime allocates.
    ///
    /// @param allocated names of the outputs to allocate
    /// @return the allocated outputs; the caller closes them
    Map<String, DeviceTensor> run(
            Map<String, DeviceTensor> inputs, Map<String, DeviceTensor> outputs, Set<String> allocated);

    @Override
    void close();
}
