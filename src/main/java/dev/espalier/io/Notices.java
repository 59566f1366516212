package dev.espalier.io;

/// What a person should hear at once, such as that models run elsewhere than they may have thought.
public final class Notices {
    /// The name of the logger that receives it.
    public static final String LOGGER = "dev.espalier.aloud";

    private Notices() {}
}
