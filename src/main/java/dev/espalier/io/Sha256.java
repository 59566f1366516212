package dev.espalier.io;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/// A SHA-256 digest (FIPS 180-4) of bytes that arrive in pieces, written as 64 lower-case hexadecimal digits. Not
/// thread-safe.
///
/// Stored keys depend on it: database, model folders and imports compare these digits.
public final class Sha256 {
    private final MessageDigest digest;

    public Sha256() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    public static String of(byte[] bytes) {
        var hash = new Sha256();
        hash.add(bytes, 0, bytes.length);
        return hash.hex();
    }

    /// Digest of the text in UTF-8.
    public static String of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Reads the stream to its end and leaves it open.
    public static String of(InputStream in) throws IOException {
        var hash = new Sha256();
        var buffer = new byte[1 << 16];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) hash.add(buffer, 0, read);
        return hash.hex();
    }

    public void add(byte b) {
        digest.update(b);
    }

    public void add(byte[] bytes, int from, int length) {
        digest.update(bytes, from, length);
    }

    /// Adds the bytes between the buffer's position and its limit.
    public void add(ByteBuffer bytes) {
        digest.update(bytes);
    }

    /// Adds the text in UTF-8.
    public void add(String text) {
        digest.update(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Returns the digest of all bytes added since the start or since the last call, and resets it.
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
