package dev.espalier.engine.bench;

import dev.espalier.engine.Models;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.backends.Backends;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.onnx.OnnxPolicy;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Measures one workload with Espalier's loop, the plain loop, or both. With both, repetitions alternate, so that other
/// load on the machine affects both equally.
///
/// @param espalier,plain the speed of each repetition, slowest first; empty if the loop was not measured
public record LoopComparison(List<Speed> espalier, List<Speed> plain) {
    /// The loops to measure.
    public enum Loop {
        ESPALIER,
        PLAIN,
        BOTH
    }

    /// Opens the models, runs each loop once as a warm-up, then measures the repetitions.
    public static LoopComparison of(
            ModelFolder folder, DeviceChoice device, int threads, Loop loop, Workload work, int repetitions) {
        var espalier = new ArrayList<Speed>();
        var plain = new ArrayList<Speed>();
        var backend = Backends.of(device);
        try (var ours = loop == Loop.PLAIN
                        ? null
                        : new OnnxPolicy(
                                Models.checked(folder, device, backend, threads),
                                backend,
                                threads,
                                Models.limits(folder, device, backend, threads));
                var plainLoop = loop == Loop.ESPALIER ? null : new PlainLoop(folder, threads)) {
            for (int repetition = 0; repetition <= Math.max(1, repetitions); repetition++) {
                var seeded = work.withSeed(repetition);
                if (ours != null) add(espalier, repetition, measure(ours, folder, threads, seeded));
                if (plainLoop != null) add(plain, repetition, plainLoop.measure(seeded));
            }
        }
        var bySpeed = Comparator.comparingDouble(Speed::tokensPerSecond);
        return new LoopComparison(
                espalier.stream().sorted(bySpeed).toList(),
                plain.stream().sorted(bySpeed).toList());
    }

    /// Generates all rows of a workload, requested at once.
    private static Speed measure(OnnxPolicy policy, ModelFolder folder, int threads, Workload work) {
        var generation = work.generation(folder);
        var before = policy.figures();
        long start = System.nanoTime();
        var rows = new ArrayList<CompletableFuture<Result.Sampled>>();
        for (int row = 0; row < work.rows(); row++)
            rows.add(policy.generateToLimit(
                    new LanguageModel.Call("", List.of(), false, generation, work.lengths()[row], work.key(row)),
                    work.prompt()));
        rows.forEach(CompletableFuture::join);
        return Speed.of(
                work,
                "espalier",
                threads,
                System.nanoTime() - start,
                policy.figures().minus(before));
    }

    private static void add(List<Speed> speeds, int repetition, Speed speed) {
        if (repetition > 0) speeds.add(speed);
    }

    /// The median, null if the loop was not measured.
    public static @Nullable Speed median(List<Speed> speeds) {
        return speeds.isEmpty() ? null : speeds.get(speeds.size() / 2);
    }
}
