package dev.espalier.engine;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.Peak;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.onnx.OnnxPolicy;
import dev.espalier.engine.onnx.OnnxRewardModel;
import dev.espalier.engine.onnx.RewriteCheck;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;

/// Opens models. Opening reads and checks all files (milliseconds for megabytes); close what was opened.
public final class Models {
    private static final long MIB = 1 << 20;

    private Models() {}

    /// @param threads for one operator; see [#threads]
    public static LanguageModel policy(ModelFolder folder, DeviceChoice device, int threads) {
        var backend = Backends.of(device);
        return new OnnxPolicy(checked(folder, device, backend, threads), backend, threads, limits(folder, device, backend, threads));
    }

    /// The folder as it is run: with its attention rewritten only where that was found to say what the original says.
    public static ModelFolder checked(ModelFolder folder, DeviceChoice device, DeviceBackend backend, int threads) {
        return RewriteCheck.checked(folder, backend, threads, device.checks());
    }

    /// What suits the model, within the memory that a person gives its KV.
    ///
    /// @throws EspalierException where one solution's KV would not fit into it, or it not into the machine
    public static PolicyLimits limits(ModelFolder folder, DeviceChoice device, DeviceBackend backend, int threads) {
        var suitable = PolicyLimits.of(folder, backend, threads);
        if (device.kvMemory() == 0) return suitable;
        var limits = suitable.withMemory(device.kvMemory());
        // Others' graphs may keep it in 16 bits.
        long token = 2L * folder.shape().layers() * folder.shape().kvHeads() * folder.shape().headDim() * (folder.execution().layout() == GraphLayout.FUSED ? Float.BYTES : Short.BYTES);
        int solution = Math.min(folder.shape().context(), folder.prompting().maxNewTokens());
        long least = (long) Math.ceil((double) device.kvMemory() / limits.rowBytes() * token * solution);
        if (limits.rowBytes() < token * solution)
            throw new EspalierException("%s MiB are too little for the KV of %s, whose solutions have up to %d tokens: give it at least %d MiB (--kv-memory).".formatted(
                mebibytes(device.kvMemory()), folder.name(), solution, Math.ceilDiv(least, MIB)));
        if (backend.cpu() && device.kvMemory() > Peak.installed())
            throw new EspalierException("This machine has %s MiB of memory, and %s were given to the KV of %s (--kv-memory).".formatted(mebibytes(Peak.installed()), mebibytes(device.kvMemory()), folder.name()));
        // Each worker has a row at least.
        int workers = Math.clamp(limits.rowBytes() / Math.max(1, token * solution), 1, limits.workers());
        return new PolicyLimits(limits.rows(), limits.cacheBytes(), workers, limits.rowBytes());
    }

    private static String mebibytes(long bytes) {
        return "%,d".formatted(bytes / MIB);
    }

    /// @param threads for one operator; see [#threads]
    public static LanguageModel policy(ModelFolder folder, Device device, int threads) {
        return policy(folder, DeviceChoice.of(device), threads);
    }

    /// @param threads for one operator; see [#threads]
    public static RewardModel reward(ModelFolder folder, DeviceChoice device, int threads) {
        return new OnnxRewardModel(folder, Backends.of(device), threads, OnnxRewardModel.CACHE_BYTES);
    }

    /// @param threads for one operator; see [#threads]
    public static RewardModel reward(ModelFolder folder, Device device, int threads) {
        return reward(folder, DeviceChoice.of(device), threads);
    }

    /// How many threads to give a model where a person has not said: half of the hardware threads where there are more than
    /// two (usually the physical cores), at most 8, since a decode turn of a small model has no more work to share.
    public static int threads() {
        int hardware = Runtime.getRuntime().availableProcessors();
        return Math.clamp(hardware > 2 ? hardware / 2 : hardware, 1, 8);
    }
}
