package dev.espalier.engine.device.backends;

import dev.espalier.engine.device.DeviceChoice;
import java.util.List;

/// What models can run on here.
public final class Devices {
    private Devices() {}

    /// Whether models run on a GPU. For [Device#AUTO] this may load ONNX Runtime.
    public static boolean gpu(DeviceChoice choice) {
        return switch (choice.device()) {
            case CPU -> false;
            // What may keep it from being used is told when a model is opened.
            case CUDA -> true;
            case AUTO -> !Backends.of(choice).cpu();
        };
    }

    /// A line for the CPU and each GPU, or for what keeps CUDA from being used and what to do about it.
    public static List<String> describe(DeviceChoice choice) {
        return Backends.describe(choice);
    }
}
