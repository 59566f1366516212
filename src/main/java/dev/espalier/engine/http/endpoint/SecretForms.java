package dev.espalier.engine.http.endpoint;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Finds a secret in a text: literally, split by invisible characters or spaces, or encoded in base64, hexadecimal or
/// percent encoding.
final class SecretForms {
    /// A shorter secret could be part of ordinary words in these forms, so only its literal form counts.
    private static final int SHORTEST = 8;
    private static final String BETWEEN = "[\\s\\p{Cf}\\p{Cc}]*+";

    private final Pattern pattern;
    private final boolean none;

    SecretForms(String secret) {
        none = secret.isEmpty();
        var forms = new LinkedHashSet<String>();
        var encoded = new LinkedHashSet<String>();
        forms.add(secret);
        if (secret.length() >= SHORTEST) {
            var bytes = secret.getBytes(StandardCharsets.UTF_8);
            forms.add(URLEncoder.encode(secret, StandardCharsets.UTF_8));
            forms.add(HexFormat.of().formatHex(bytes));
            for (int before = 0; before < 3; before++) base64(bytes, before, encoded);
        }
        // The rest after the last complete base64 character belongs to it.
        pattern = Pattern.compile(
                forms.stream()
                                .map(form -> secret.length() < SHORTEST ? Pattern.quote(form) : split(form))
                                .collect(Collectors.joining("|", "(?:", ")"))
                        + (encoded.isEmpty()
                                ? ""
                                : encoded.stream()
                                        .map(form -> split(form) + "[\\w+/-]?={0,2}")
                                        .collect(Collectors.joining("|", "|", ""))),
                Pattern.CASE_INSENSITIVE);
    }

    /// The base64 characters that depend on the secret alone, with `before` bytes (modulo 3) in front of it.
    private static void base64(byte[] secret, int before, Set<String> forms) {
        var padded = new byte[before + secret.length];
        System.arraycopy(secret, 0, padded, before, secret.length);
        for (var encoder : new Base64.Encoder[] {
            Base64.getEncoder().withoutPadding(), Base64.getUrlEncoder().withoutPadding()
        }) {
            int from = (before * 8 + 5) / 6;
            int to = padded.length * 8 / 6;
            forms.add(encoder.encodeToString(padded).substring(from, to));
        }
    }

    private static String split(String form) {
        return form.chars().mapToObj(c -> Pattern.quote(Character.toString(c))).collect(Collectors.joining(BETWEEN));
    }

    /// Replaces the secret by "…".
    String scrub(String text) {
        return none ? text : pattern.matcher(text).replaceAll("…");
    }
}
