package dev.espalier.experiment.models;

/// Formats the hash of a run's model, with a note if it does not cover every byte of the model's files (decision 0063).
public final class FingerprintText {
    /// With fewer parameters, no file of the model is larger than 1 GiB, at 8 bytes per parameter.
    private static final long FEWEST = (1L << 30) / Double.BYTES;

    private FingerprintText() {}

    /// @param sha256     "" if unknown
    /// @param parameters the model's parameter count, 0 if unknown
    public static String of(String sha256, long parameters) {
        return sha256.isEmpty() || parameters < FEWEST
                ? sha256
                : sha256 + " (of files over 1 GiB: their size and 64 samples)";
    }
}
