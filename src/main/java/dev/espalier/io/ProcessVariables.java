package dev.espalier.io;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;

/// Sets environment variables of this process through its C library, where native libraries read them. Java has no
/// function for it, and `System.getenv` does not see the change.
@SuppressWarnings("restricted") // calls the C library
public final class ProcessVariables {
    private static final boolean WINDOWS = File.separatorChar == '\\';

    private ProcessVariables() {}

    /// Sets a variable. Call it early, before the library that reads it is loaded: `setenv` is not thread-safe.
    ///
    /// @throws IllegalStateException if the C library refuses or cannot be called
    public static void set(String name, String value) {
        boolean done;
        try (var arena = Arena.ofConfined()) {
            var nameText = arena.allocateFrom(name);
            var valueText = arena.allocateFrom(value);
            done = WINDOWS ? setOnWindows(arena, nameText, valueText) : setOnPosix(nameText, valueText);
        } catch (Throwable e) {
            throw new IllegalStateException(
                    "the environment variable " + name + " could not be set: " + e.getMessage(), e);
        }
        if (!done) throw new IllegalStateException("the C library refused to set " + name);
    }

    private static boolean setOnPosix(MemorySegment name, MemorySegment value) throws Throwable {
        var linker = Linker.nativeLinker();
        var set = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT));
        return (int) set.invokeExact(name, value, 1) == 0;
    }

    /// The C library and the system keep separate copies there.
    private static boolean setOnWindows(Arena arena, MemorySegment name, MemorySegment value) throws Throwable {
        var linker = Linker.nativeLinker();
        var twoTexts = FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS);
        var put = linker.downcallHandle(linker.defaultLookup().findOrThrow("_putenv_s"), twoTexts);
        var kernel = SymbolLookup.libraryLookup("kernel32", arena);
        var set = linker.downcallHandle(kernel.findOrThrow("SetEnvironmentVariableA"), twoTexts);
        return (int) put.invokeExact(name, value) == 0 && (int) set.invokeExact(name, value) != 0;
    }
}
