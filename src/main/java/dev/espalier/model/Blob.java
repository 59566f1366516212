package dev.espalier.model;

import dev.espalier.EspalierException;
import java.util.regex.Pattern;

/// A reference to bytes that the store keeps outside the logs, once per content.
///
/// @param sha256    hash of the bytes, 64 lower-case hexadecimal digits
/// @param mediaType such as "image/png" (RFC 2046)
public record Blob(String sha256, String mediaType) {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]+/[a-z0-9][a-z0-9.+-]*");

    public Blob {
        if (!SHA256.matcher(sha256).matches())
            throw new EspalierException("\"" + sha256 + "\" is not a SHA-256 in hexadecimal.");
        if (!MEDIA_TYPE.matcher(mediaType).matches())
            throw new EspalierException("\"" + mediaType + "\" is not a media type such as image/png.");
    }
}
