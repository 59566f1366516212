package dev.espalier.engine.device;

import dev.espalier.EspalierException;
import dev.espalier.engine.DeviceChoice;
import java.io.File;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Starts CUDA: checks what it needs, loads it, and loads a small graph to see it work before a large model is read.
final class CudaStart {
    /// Folders with CUDA's libraries, separated as in a class path.
    static final String PROPERTY = "espalier.cuda";

    private CudaStart() {}

    static DeviceBackend start(RuntimeFolder folder, DeviceChoice choice) {
        var machine = new CudaDriver(folders(folder.library().getParent()));
        var check = new CudaCheck(machine);
        var needed = folder.needed();
        int cuda = CudaCheck.cuda(needed);
        refuse(check.driver(choice.number(), cuda));
        refuse(check.libraries(needed));
        try {
            var runtime = Backends.load(folder.library());
            var name = machine.gpus().get(choice.number()).name();
            var device = new CudaDevice(new CudaRuntime(library(cuda)), choice.number(), name, choice.memoryLimit());
            return NativeBackend.onCuda(runtime, device);
        } catch (DeviceException e) {
            throw new EspalierException(CudaCheck.explain(e.getMessage()), e);
        }
    }

    static String library(int cuda) {
        return Platform.WINDOWS ? "cudart64_" + cuda + ".dll" : "libcudart.so." + cuda;
    }

    private static List<Path> folders(Path runtime) {
        var named = System.getProperty(PROPERTY, "");
        var folders = new java.util.ArrayList<Path>();
        Arrays.stream(named.split(File.pathSeparator)).filter(folder -> !folder.isBlank()).map(Path::of).forEach(folders::add);
        folders.add(runtime);
        return folders;
    }

    private static void refuse(Optional<String> problem) {
        if (problem.isPresent()) throw new EspalierException(problem.get());
    }
}
