package dev.espalier.engine.device;

import dev.espalier.EspalierException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What a person has chosen to run models on.
///
/// @param number      of the GPU, 0 for the first
/// @param memoryLimit bytes of the GPU's memory that Espalier may take, 0 for no limit but the GPU's own
/// @param kvMemory    bytes that a policy's KV may take, of rows in flight and of kept tree nodes together; 0 for what suits the device
/// @param libraries   folder in which a person may have put another build of ONNX Runtime, null for none
/// @param checks      folder that remembers which rewritten graphs were found to say what the original does, null for none
public record DeviceChoice(Device device, int number, long memoryLimit, long kvMemory, @Nullable Path libraries, @Nullable Path checks) {
    public DeviceChoice {
        if (number < 0) throw new EspalierException("GPUs are numbered from 0; there is no GPU " + number + ".");
        if (memoryLimit < 0) throw new EspalierException("A limit of the GPU's memory cannot be negative; 0 is no limit.");
        if (kvMemory < 0) throw new EspalierException("The KV's memory cannot be negative; 0 leaves it to Espalier.");
    }

    public static DeviceChoice of(Device device) {
        return new DeviceChoice(device, 0, 0, 0, null, null);
    }

    /// Reads "auto", "cpu", "cuda" or "cuda:1".
    public static DeviceChoice parse(String words) {
        var parts = words.toUpperCase(Locale.ROOT).split(":", 2);
        for (var device : Device.values()) {
            if (!device.name().equals(parts[0])) continue;
            if (parts.length == 1) return of(device);
            if (device == Device.CUDA && parts[1].matches("\\d{1,3}")) return new DeviceChoice(device, Integer.parseInt(parts[1]), 0, 0, null, null);
        }
        throw new EspalierException("There is no device \"%s\". There are: auto, cpu, cuda, and cuda:1 for a machine's second GPU.".formatted(words));
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
