package dev.espalier.engine.device.ort;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.espalier.engine.device.DeviceException;
import dev.espalier.engine.device.library.ForeignCalls;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// ONNX Runtime's C API in a loaded library. Calls are overloaded by signature and throw [DeviceException] on an error.
/// Libraries are never unloaded.
@SuppressWarnings("restricted") // calls ONNX Runtime's C interface by foreign functions
final class OrtApi {
    // One handle for each signature that returns a status (a pointer, null for success), named by its parameters: P
    // pointer, I int, L size_t or int64_t.
    private static final MethodHandle P = status(ADDRESS);
    private static final MethodHandle PP = status(ADDRESS, ADDRESS);
    private static final MethodHandle PPP = status(ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle PPPP = status(ADDRESS, ADDRESS, ADDRESS, ADDRESS);
    private static final MethodHandle PI = status(ADDRESS, JAVA_INT);
    private static final MethodHandle PLP = status(ADDRESS, JAVA_LONG, ADDRESS);
    private static final MethodHandle PPL = status(ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PLPP = status(ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle PPPL = status(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG);
    private static final MethodHandle PPLPP = status(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, ADDRESS);
    private static final MethodHandle IPP = status(JAVA_INT, ADDRESS, ADDRESS);
    private static final MethodHandle PIIIP = status(ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS);
    private static final MethodHandle PPLPLIP =
            status(ADDRESS, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS);
    private static final MethodHandle RELEASE =
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.ofVoid(ADDRESS));
    private static final MethodHandle POINTER_OF_POINTER =
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS, ADDRESS));
    private static final MethodHandle POINTER_OF_INT =
            Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS, JAVA_INT));
    private static final MethodHandle POINTER = Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS));

    private final String version;
    private final MemorySegment[] functions = new MemorySegment[OrtFunction.values().length];

    private static MethodHandle status(MemoryLayout... parameters) {
        return Linker.nativeLinker().downcallHandle(FunctionDescriptor.of(ADDRESS, parameters));
    }

    /// @throws DeviceException if the file is not ONNX Runtime, or its version is too old
    OrtApi(Path library) {
        SymbolLookup symbols;
        try {
            symbols = SymbolLookup.libraryLookup(library, Arena.global());
        } catch (IllegalArgumentException e) {
            throw new DeviceException(library + " cannot be loaded on this machine", e);
        }
        var getBase = symbols.find("OrtGetApiBase")
                .orElseThrow(() -> new DeviceException(library + " is not ONNX Runtime (it has no OrtGetApiBase)"));
        try {
            // struct OrtApiBase { const OrtApi* (*GetApi)(uint32_t version); const char*
            // (*GetVersionString)(void); }
            var base = ((MemorySegment) POINTER.invokeExact(getBase)).reinterpret(2 * ADDRESS.byteSize());
            version = ForeignCalls.text((MemorySegment) POINTER.invokeExact(base.getAtIndex(ADDRESS, 1)));
            // GetApi prints to the console if a version is not available, so it is called only if the
            // version is new enough.
            if (major(version) < 1 || major(version) == 1 && minor(version) < OrtFunction.API_VERSION)
                throw new DeviceException(library + " is ONNX Runtime " + version + "; Espalier needs 1."
                        + OrtFunction.API_VERSION + " or later");
            var table =
                    (MemorySegment) POINTER_OF_INT.invokeExact(base.getAtIndex(ADDRESS, 0), OrtFunction.API_VERSION);
            if (table.address() == 0)
                throw new DeviceException(library + " (ONNX Runtime " + version
                        + ") does not offer version %d of the C API".formatted(OrtFunction.API_VERSION)
                        + OrtFunction.API_VERSION);
            for (var function : OrtFunction.values())
                functions[function.ordinal()] = table.reinterpret((function.index() + 1L) * ADDRESS.byteSize())
                        .getAtIndex(ADDRESS, function.index());
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    private static int major(String version) {
        return number(version, 0);
    }

    private static int minor(String version) {
        return number(version, 1);
    }

    private static int number(String version, int part) {
        var parts = version.split("\\.");
        return part < parts.length && parts[part].matches("\\d{1,6}") ? Integer.parseInt(parts[part]) : 0;
    }

    /// The library's version, such as "1.29.0".
    String version() {
        return version;
    }

    void call(OrtFunction function, MemorySegment a) {
        try {
            check((MemorySegment) P.invokeExact(at(function), a));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b) {
        try {
            check((MemorySegment) PP.invokeExact(at(function), a, b));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b, MemorySegment c) {
        try {
            check((MemorySegment) PPP.invokeExact(at(function), a, b, c));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b, MemorySegment c, MemorySegment d) {
        try {
            check((MemorySegment) PPPP.invokeExact(at(function), a, b, c, d));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, int b) {
        try {
            check((MemorySegment) PI.invokeExact(at(function), a, b));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, long b, MemorySegment c) {
        try {
            check((MemorySegment) PLP.invokeExact(at(function), a, b, c));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b, long c) {
        try {
            check((MemorySegment) PPL.invokeExact(at(function), a, b, c));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, long b, MemorySegment c, MemorySegment d) {
        try {
            check((MemorySegment) PLPP.invokeExact(at(function), a, b, c, d));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b, MemorySegment c, long d) {
        try {
            check((MemorySegment) PPPL.invokeExact(at(function), a, b, c, d));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, MemorySegment b, long c, MemorySegment d, MemorySegment e) {
        try {
            check((MemorySegment) PPLPP.invokeExact(at(function), a, b, c, d, e));
        } catch (Throwable t) {
            throw ForeignCalls.unexpected(t);
        }
    }

    void call(OrtFunction function, int a, MemorySegment b, MemorySegment c) {
        try {
            check((MemorySegment) IPP.invokeExact(at(function), a, b, c));
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    void call(OrtFunction function, MemorySegment a, int b, int c, int d, MemorySegment e) {
        try {
            check((MemorySegment) PIIIP.invokeExact(at(function), a, b, c, d, e));
        } catch (Throwable t) {
            throw ForeignCalls.unexpected(t);
        }
    }

    void call(
            OrtFunction function,
            MemorySegment a,
            MemorySegment b,
            long c,
            MemorySegment d,
            long e,
            int f,
            MemorySegment g) {
        try {
            check((MemorySegment) PPLPLIP.invokeExact(at(function), a, b, c, d, e, f, g));
        } catch (Throwable t) {
            throw ForeignCalls.unexpected(t);
        }
    }

    /// Calls a function that returns nothing.
    void release(OrtFunction function, MemorySegment a) {
        try {
            RELEASE.invokeExact(at(function), a);
        } catch (Throwable e) {
            throw ForeignCalls.unexpected(e);
        }
    }

    private MemorySegment at(OrtFunction function) {
        return functions[function.ordinal()];
    }

    private void check(MemorySegment status) throws Throwable {
        if (status.address() == 0) return;
        var message = ForeignCalls.text(
                (MemorySegment) POINTER_OF_POINTER.invokeExact(at(OrtFunction.GET_ERROR_MESSAGE), status));
        release(OrtFunction.RELEASE_STATUS, status);
        throw new DeviceException(OrtMessages.plain(message));
    }
}
