package dev.espalier.engine;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.PeakMemory;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.graph.GraphLayout;
import dev.espalier.engine.onnx.OnnxPolicy;
import dev.espalier.engine.onnx.OnnxRewardModel;
import dev.espalier.engine.onnx.RewriteCheck;
import dev.espalier.engine.onnx.decode.PolicyLimits;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;

/// Opens models. Opening reads and verifies all files (milliseconds for megabytes). The caller closes the models.
public final class Models {
    private static final long MIB = 1 << 20;

    private Models() {}

    /// @param threads per operator; see [#threads]
    public static LanguageModel policy(ModelFolder folder, DeviceChoice device, int threads) {
        var backend = Backends.of(device);
        return new OnnxPolicy(
                checked(folder, device, backend, threads), backend, threads, limits(folder, device, backend, threads));
    }

    /// Returns the folder to run. Attention stays rewritten only if [RewriteCheck] found its output equal to the
    /// original's.
    public static ModelFolder checked(ModelFolder folder, DeviceChoice device, DeviceBackend backend, int threads) {
        return RewriteCheck.checked(folder, backend, threads, device.checks());
    }

    /// Default limits for the model, reduced to the KV memory that the user set.
    ///
    /// @throws EspalierException if the KV of one solution does not fit into that memory, or that memory exceeds
    ///     the machine's
    public static PolicyLimits limits(ModelFolder folder, DeviceChoice device, DeviceBackend backend, int threads) {
        var defaults = PolicyLimits.of(folder, backend, threads);
        if (device.kvMemory() == 0) return defaults;
        var limits = defaults.withMemory(device.kvMemory());
        // Exported graphs may store KV in 16 bits.
        long tokenBytes = 2L
                * folder.shape().layers()
                * folder.shape().kvHeads()
                * folder.shape().headDim()
                * (folder.execution().layout() == GraphLayout.FUSED ? Float.BYTES : Short.BYTES);
        int solutionTokens =
                Math.min(folder.shape().context(), folder.prompting().maxNewTokens());
        long minBytes = (long) Math.ceil((double) device.kvMemory() / limits.rowBytes() * tokenBytes * solutionTokens);
        if (limits.rowBytes() < tokenBytes * solutionTokens)
            throw new EspalierException(
                    "%s MiB are too little for the KV of %s, whose solutions have up to %d tokens: set at least %d MiB (--kv-memory)."
                            .formatted(
                                    mebibytes(device.kvMemory()),
                                    folder.name(),
                                    solutionTokens,
                                    Math.ceilDiv(minBytes, MIB)));
        if (backend.cpu() && device.kvMemory() > PeakMemory.installed())
            throw new EspalierException(
                    "This machine has %s MiB of memory, but %s MiB are set for the KV of %s: set a smaller value (--kv-memory)."
                            .formatted(mebibytes(PeakMemory.installed()), mebibytes(device.kvMemory()), folder.name()));
        // Each worker needs memory for at least one row.
        int workers = Math.clamp(limits.rowBytes() / Math.max(1, tokenBytes * solutionTokens), 1, limits.workers());
        return new PolicyLimits(limits.rows(), limits.cacheBytes(), workers, limits.rowBytes());
    }

    private static String mebibytes(long bytes) {
        return "%,d".formatted(bytes / MIB);
    }

    /// @param threads per operator; see [#threads]
    public static LanguageModel policy(ModelFolder folder, Device device, int threads) {
        return policy(folder, DeviceChoice.of(device), threads);
    }

    /// @param threads per operator; see [#threads]
    public static RewardModel reward(ModelFolder folder, DeviceChoice device, int threads) {
        return new OnnxRewardModel(folder, Backends.of(device), threads, OnnxRewardModel.CACHE_BYTES);
    }

    /// @param threads per operator; see [#threads]
    public static RewardModel reward(ModelFolder folder, Device device, int threads) {
        return reward(folder, DeviceChoice.of(device), threads);
    }

    /// Default number of threads for a model: half of the hardware threads if there are more than two (usually the
    /// physical cores), at most 8, since a decode step of a small model has no more parallel work.
    public static int threads() {
        int hardware = Runtime.getRuntime().availableProcessors();
        return Math.clamp(hardware > 2 ? hardware / 2 : hardware, 1, 8);
    }
}
