package dev.espalier.engine.device.backends;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.Blocks;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.GraphOptions;
import dev.espalier.engine.device.cuda.CudaCheck;
import dev.espalier.engine.device.cuda.CudaDevice;
import dev.espalier.engine.device.cuda.CudaDriver;
import dev.espalier.engine.device.cuda.CudaRuntime;
import dev.espalier.engine.device.library.Platform;
import dev.espalier.engine.device.library.RuntimeFolder;
import dev.espalier.engine.device.ort.NativeBackend;
import dev.espalier.engine.format.ElementType;
import dev.espalier.engine.format.GraphBuilder;
import java.io.File;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Starts CUDA: checks driver and libraries, loads them, and runs a small graph before a large model is read.
final class CudaStart {
    /// System property with the folders of the CUDA libraries, separated as in a class path.
    static final String PROPERTY = "espalier.cuda";

    private CudaStart() {}

    static DeviceBackend start(RuntimeFolder folder, DeviceChoice choice) {
        var machine = new CudaDriver(folders(folder.path()));
        var check = new CudaCheck(machine);
        var needed = folder.needed();
        int cuda = CudaCheck.cuda(needed);
        throwIfPresent(check.driver(choice.number(), cuda));
        throwIfPresent(check.libraries(needed));
        try {
            var runtime = Backends.load(folder.library());
            var name = machine.gpus().get(choice.number()).name();
            var device = new CudaDevice(new CudaRuntime(library(cuda)), choice.number(), name, choice.memoryLimit());
            var backend = NativeBackend.onCuda(runtime, device);
            smokeTest(backend);
            return backend;
        } catch (DeviceException e) {
            throw new EspalierException(CudaCheck.explain(e.getMessage()), e);
        }
    }

    /// One line for each usable GPU, or the reason why CUDA is unavailable.
    static List<String> describe(RuntimeFolder folder) {
        var machine = new CudaDriver(folders(folder.path()));
        var check = new CudaCheck(machine);
        var needed = folder.needed();
        var lines = new ArrayList<String>();
        var problem = check.driver(0, CudaCheck.cuda(needed)).or(() -> check.libraries(needed));
        problem.ifPresent(message -> lines.add("CUDA: " + message));
        if (problem.isEmpty())
            for (var gpu : machine.gpus())
                lines.add("CUDA device %d: %s, %,d MiB, with ONNX Runtime in %s"
                        .formatted(gpu.number(), gpu.name(), gpu.memory() >> 20, folder.path()));
        return lines;
    }

    /// Doubles a number on the device.
    private static void smokeTest(DeviceBackend backend) {
        var graph = new GraphBuilder().input("number", ElementType.F32, 1).output("double", ElementType.F32, 1);
        graph.node("Add", "double", List.of("number", "number"));
        try (var session = backend.open(graph.bytes(), GraphOptions.threads(1));
                var onDevice = backend.allocate(Float.BYTES);
                var onHost = backend.allocateOnHost(Float.BYTES);
                var tensor = backend.tensor(onDevice, 0, ElementType.F32, 1)) {
            onHost.segment().set(ValueLayout.JAVA_FLOAT, 0, 21);
            backend.copy(new Blocks(onHost, 0), new Blocks(onDevice, 0), Float.BYTES, 1);
            session.run(Map.of("number", tensor), Map.of("double", tensor));
            backend.copy(new Blocks(onDevice, 0), new Blocks(onHost, 0), Float.BYTES, 1);
            float found = onHost.segment().get(ValueLayout.JAVA_FLOAT, 0);
            if (found != 42) throw new DeviceException("a test calculation returned " + found + " instead of 42");
        }
    }

    static String library(int cuda) {
        return Platform.WINDOWS ? "cudart64_" + cuda + ".dll" : "libcudart.so." + cuda;
    }

    private static List<Path> folders(Path runtime) {
        var named = System.getProperty(PROPERTY, "");
        var folders = new ArrayList<Path>();
        Arrays.stream(named.split(File.pathSeparator))
                .filter(folder -> !folder.isBlank())
                .map(Path::of)
                .forEach(folders::add);
        folders.add(runtime);
        return folders;
    }

    private static void throwIfPresent(Optional<String> problem) {
        if (problem.isPresent()) throw new EspalierException(problem.get());
    }
}
