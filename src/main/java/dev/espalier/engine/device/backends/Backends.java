package dev.espalier.engine.device.backends;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.library.RuntimeFolder;
import dev.espalier.engine.device.library.RuntimeJar;
import dev.espalier.engine.device.library.RuntimeSearch;
import dev.espalier.engine.device.ort.NativeBackend;
import dev.espalier.engine.device.ort.OfficialBackend;
import dev.espalier.engine.device.ort.OrtRuntime;
import dev.espalier.io.Notices;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// The backend of each device. Backends live as long as the process.
///
/// CUDA is used if it is chosen, and for [Device#AUTO] if the user has installed an ONNX Runtime with CUDA for Espalier
/// (docs/decisions/0070). Otherwise the CPU is used, through ONNX Runtime's Java API unless another library is named.
public final class Backends {
    private static final System.Logger NOTICES = System.getLogger(Notices.LOGGER);
    private static final Map<Key, DeviceBackend> OPEN = new ConcurrentHashMap<>();

    // Keys in place of a GPU number.
    private static final int CPU = -1;
    private static final int CPU_FALLBACK = -2;

    private record Key(Path library, int number, long memoryLimit) {}

    private Backends() {}

    public static DeviceBackend of(Device device) {
        return of(DeviceChoice.of(device));
    }

    /// @throws EspalierException if the chosen device cannot be used; the message says what to install
    public static DeviceBackend of(DeviceChoice choice) {
        var chosen = RuntimeSearch.chosen(choice);
        return switch (choice.device()) {
            case CUDA -> cuda(withCuda(chosen, choice), choice);
            case CPU -> cpu(chosen);
            case AUTO -> {
                if (chosen.isEmpty() || chosen.get().cuda().isEmpty()) yield cpu(chosen);
                try {
                    yield cuda(chosen.get(), choice);
                } catch (EspalierException e) {
                    yield OPEN.computeIfAbsent(new Key(chosen.get().library(), CPU_FALLBACK, 0), key -> {
                        NOTICES.log(
                                System.Logger.Level.WARNING,
                                "Models run on the CPU, since CUDA is unavailable. " + e.getMessage());
                        return NativeBackend.onCpu(load(key.library), "CPU instead of CUDA");
                    });
                }
            }
        };
    }

    private static DeviceBackend cpu(Optional<RuntimeFolder> chosen) {
        return chosen.isEmpty()
                ? OfficialBackend.SHARED
                : OPEN.computeIfAbsent(
                        new Key(chosen.get().library(), CPU, 0), key -> NativeBackend.onCpu(load(key.library), "CPU"));
    }

    /// One line for the CPU and for each GPU, or the reason why CUDA is unavailable.
    public static List<String> describe(DeviceChoice choice) {
        var lines = new ArrayList<String>();
        lines.add("CPU: " + Runtime.getRuntime().availableProcessors() + " hardware threads");
        try {
            var runtime = withCuda(RuntimeSearch.chosen(choice), choice);
            lines.addAll(CudaStart.describe(runtime));
        } catch (EspalierException e) {
            lines.add("CUDA: " + e.getMessage());
        }
        return List.copyOf(lines);
    }

    private static RuntimeFolder withCuda(Optional<RuntimeFolder> chosen, DeviceChoice choice) {
        if (chosen.isPresent() && chosen.get().cuda().isPresent()) return chosen.get();
        if (RuntimeJar.offersCuda(RuntimeSearch.jar())) return RuntimeSearch.bundled(choice);
        throw new EspalierException("This build of ONNX Runtime does not include CUDA ("
                + chosen.map(RuntimeFolder::library).orElseGet(RuntimeSearch::jar)
                + "); choose the CPU, or install a build with CUDA (see docs/cuda.md).");
    }

    private static DeviceBackend cuda(RuntimeFolder runtime, DeviceChoice choice) {
        return OPEN.computeIfAbsent(
                new Key(runtime.library(), choice.number(), choice.memoryLimit()),
                _ -> CudaStart.start(runtime, choice));
    }

    static OrtRuntime load(Path library) {
        try {
            return OrtRuntime.load(library);
        } catch (DeviceException e) {
            throw new EspalierException(
                    "ONNX Runtime cannot be used: " + e.getMessage() + ". Name a folder with another build in -D"
                            + RuntimeSearch.PROPERTY + ".",
                    e);
        }
    }
}
