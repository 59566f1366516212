package dev.espalier.engine.device.backends;

import dev.espalier.engine.device.DeviceChoice;
import java.util.List;

/// The devices of this machine.
public final class Devices {
    private Devices() {}

    /// True if models run on a GPU. For [Device#AUTO] this may load ONNX Runtime.
    public static boolean gpu(DeviceChoice choice) {
        return switch (choice.device()) {
            case CPU -> false;
            // Opening a model reports why CUDA is unavailable.
            case CUDA -> true;
            case AUTO -> !Backends.of(choice).cpu();
        };
    }

    /// One line for the CPU and for each GPU, or the reason why CUDA is unavailable and what to do.
    public static List<String> describe(DeviceChoice choice) {
        return Backends.describe(choice);
    }
}
