package dev.espalier.engine.device;

import dev.espalier.EspalierException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// The user's choice of device and its memory limits.
///
/// @param number      GPU number, 0 for the first
/// @param memoryLimit max bytes of GPU memory that Espalier uses, 0 for no limit
/// @param kvMemory    max bytes of a policy's KV (rows in flight and cached tree nodes together), 0 for the device's
///                    default
/// @param libraries   folder with the user's own build of ONNX Runtime, null for none
/// @param checks      folder that stores the results of comparing rewritten graphs with their originals, null for none
public record DeviceChoice(
        Device device,
        int number,
        long memoryLimit,
        long kvMemory,
        @Nullable Path libraries,
        @Nullable Path checks) {
    public DeviceChoice {
        if (number < 0) throw new EspalierException("There is no GPU " + number + ": GPUs are numbered from 0.");
        if (memoryLimit < 0)
            throw new EspalierException("The limit of GPU memory cannot be negative; 0 means no limit.");
        if (kvMemory < 0) throw new EspalierException("The memory for KV cannot be negative; 0 means the default.");
    }

    public static DeviceChoice of(Device device) {
        return new DeviceChoice(device, 0, 0, 0, null, null);
    }

    /// Parses "auto", "cpu", "cuda" or "cuda:1".
    ///
    /// @throws EspalierException for any other text
    public static DeviceChoice parse(String text) {
        var parts = text.toUpperCase(Locale.ROOT).split(":", 2);
        for (var device : Device.values()) {
            if (!device.name().equals(parts[0])) continue;
            if (parts.length == 1) return of(device);
            if (device == Device.CUDA && parts[1].matches("\\d{1,3}"))
                return new DeviceChoice(device, Integer.parseInt(parts[1]), 0, 0, null, null);
        }
        throw new EspalierException(
                "There is no device \"%s\". There are: auto, cpu, cuda, and cuda:1 for a machine's second GPU."
                        .formatted(text));
    }

    public DeviceChoice withMemoryLimit(long bytes) {
        return new DeviceChoice(device, number, bytes, kvMemory, libraries, checks);
    }

    public DeviceChoice withKvMemory(long bytes) {
        return new DeviceChoice(device, number, memoryLimit, bytes, libraries, checks);
    }

    public DeviceChoice withLibraries(Path folder) {
        return new DeviceChoice(device, number, memoryLimit, kvMemory, folder, checks);
    }

    public DeviceChoice withChecks(Path folder) {
        return new DeviceChoice(device, number, memoryLimit, kvMemory, libraries, folder);
    }
}
