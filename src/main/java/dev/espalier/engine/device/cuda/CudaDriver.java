package dev.espalier.engine.device.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.library.ForeignCalls;
import dev.espalier.engine.device.library.Platform;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// NVIDIA's driver library (CUDA Driver API), called through the Foreign Function API.
@SuppressWarnings("restricted") // calls NVIDIA's driver by foreign functions
public final class CudaDriver implements CudaCheck.Machine {
    static final String LIBRARY = Platform.WINDOWS ? "nvcuda.dll" : "libcuda.so.1";
    private static final int NAME_LENGTH = 256;

    private final List<Path> folders;

    /// @param folders searched for libraries before the system's folders. Once loaded from there, a library is
    ///                found by its name.
    public CudaDriver(List<Path> folders) {
        this.folders = List.copyOf(folders);
    }

    @Override
    public boolean loads(String library) {
        for (var folder : folders) {
            var file = folder.resolve(library);
            if (Files.isRegularFile(file) && loads(() -> SymbolLookup.libraryLookup(file, Arena.global()))) return true;
        }
        return loads(() -> SymbolLookup.libraryLookup(library, Arena.global()));
    }

    private static boolean loads(Supplier<SymbolLookup> library) {
        try {
            var _ = library.get();
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public int initialise() {
        return call("cuInit", List.of(JAVA_INT), 0);
    }

    @Override
    public int version() {
        try (var arena = Arena.ofConfined()) {
            var version = arena.allocate(JAVA_INT);
            return call("cuDriverGetVersion", List.of(ADDRESS), version) == 0 ? version.get(JAVA_INT, 0) : 0;
        }
    }

    @Override
    public List<CudaCheck.Gpu> gpus() {
        var gpus = new ArrayList<CudaCheck.Gpu>();
        try (var arena = Arena.ofConfined()) {
            var out = arena.allocate(JAVA_INT);
            if (call("cuDeviceGetCount", List.of(ADDRESS), out) != 0) return List.of();
            int count = out.get(JAVA_INT, 0);
            var name = arena.allocate(NAME_LENGTH);
            var memory = arena.allocate(JAVA_LONG);
            for (int number = 0; number < count; number++) {
                if (call("cuDeviceGet", List.of(ADDRESS, JAVA_INT), out, number) != 0) continue;
                int device = out.get(JAVA_INT, 0);
                boolean named =
                        call("cuDeviceGetName", List.of(ADDRESS, JAVA_INT, JAVA_INT), name, NAME_LENGTH, device) == 0;
                boolean sized = call("cuDeviceTotalMem_v2", List.of(ADDRESS, JAVA_INT), memory, device) == 0;
                gpus.add(new CudaCheck.Gpu(
                        number, named ? name.getString(0) : "unnamed GPU", sized ? memory.get(JAVA_LONG, 0) : 0));
            }
        }
        return List.copyOf(gpus);
    }

    /// Calls a driver function. All of them return an error number. Calls are rare, so handles are not cached.
    private static int call(String function, List<MemoryLayout> parameters, Object... arguments) {
        var symbol = SymbolLookup.libraryLookup(LIBRARY, Arena.global())
                .find(function)
                .orElseThrow(() -> new DeviceException("NVIDIA's driver has no " + function + ": it is too old"));
        var handle = Linker.nativeLinker()
                .downcallHandle(symbol, FunctionDescriptor.of(JAVA_INT, parameters.toArray(MemoryLayout[]::new)));
        try {
            return (int) handle.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }
}
