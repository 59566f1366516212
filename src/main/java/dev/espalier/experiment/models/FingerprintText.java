package dev.espalier.experiment.models;

/// How the hash of a run's model is written: with what it covers, where that is not every byte of its files (docs/decisions/0063).
public final class FingerprintText {
    /// With fewer no file of it is larger than 1 GiB, 8 bytes a parameter.
    private static final long FEWEST = (1L << 30) / Double.BYTES;

    private FingerprintText() {}

    /// @param sha256     "" where none is known
    /// @param parameters of the model, 0 where that is not known
    public static String of(String sha256, long parameters) {
        return sha256.isEmpty() || parameters < FEWEST ? sha256 : sha256 + " (of files over 1 GiB: their size and 64 samples)";
    }
}
