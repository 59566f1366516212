package dev.espalier.engine.http.endpoint;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// The Windows Credential Manager, read by `CredReadW` of advapi32 (Win32 API, wincred.h). `cmdkey` writes what this
/// reads.
@SuppressWarnings("restricted")
final class WindowsCredentials {
    /// CRED_TYPE_GENERIC
    private static final int GENERIC = 1;
    /// CRED_MAX_CREDENTIAL_BLOB_SIZE
    private static final int MOST_BYTES = 5 * 512;

    // CREDENTIALW on 64-bit Windows: Flags, Type (4 bytes each), TargetName, Comment, LastWritten (8 each),
    // CredentialBlobSize (4, padded to 8), CredentialBlob.
    private static final long BLOB_SIZE = 32;
    private static final long BLOB = 40;
    static final long BYTES = 80;

    private WindowsCredentials() {}

    /// The secret of a generic credential, empty if there is none.
    static Optional<String> read(String target) {
        try (var arena = Arena.ofConfined()) {
            var library = SymbolLookup.libraryLookup("advapi32", arena);
            var linker = Linker.nativeLinker();
            var credRead = linker.downcallHandle(
                    library.findOrThrow("CredReadW"),
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_INT,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS));
            var credFree = linker.downcallHandle(
                    library.findOrThrow("CredFree"), FunctionDescriptor.ofVoid(ValueLayout.ADDRESS));
            var name = arena.allocateFrom(target, StandardCharsets.UTF_16LE);
            var found = arena.allocate(ValueLayout.ADDRESS);
            if ((int) credRead.invokeExact(name, GENERIC, 0, found) == 0) return Optional.empty();
            var credential = found.get(ValueLayout.ADDRESS, 0).reinterpret(BYTES);
            try {
                return Optional.of(secret(credential));
            } finally {
                credFree.invokeExact(credential);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /// The text of a CREDENTIALW: UTF-16 as `cmdkey` and the Credential Manager write it, UTF-8 if its bytes cannot
    /// be that.
    static String secret(MemorySegment credential) {
        int bytes = Math.clamp(credential.get(ValueLayout.JAVA_INT, BLOB_SIZE), 0, MOST_BYTES);
        if (bytes == 0) return "";
        var blob = credential.get(ValueLayout.ADDRESS, BLOB).reinterpret(bytes).toArray(ValueLayout.JAVA_BYTE);
        boolean wide = bytes % 2 == 0;
        for (int i = 1; wide && i < bytes; i += 2) wide = blob[i] == 0;
        return new String(blob, wide ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_8);
    }
}
