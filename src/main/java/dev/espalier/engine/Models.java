package dev.espalier.engine;

import dev.espalier.engine.device.Backends;
import dev.espalier.engine.onnx.OnnxPolicy;
import dev.espalier.engine.onnx.OnnxRewardModel;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.RewardModel;

/// Opens models. Opening reads and checks all files (milliseconds for megabytes); close what was opened.
public final class Models {
    private Models() {}

    /// @param threads for one operator; see [#threads]
    public static LanguageModel policy(ModelFolder folder, DeviceChoice device, int threads) {
        var backend = Backends.of(device);
        return new OnnxPolicy(folder, backend, threads, OnnxPolicy.Limits.of(folder, backend, threads));
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
