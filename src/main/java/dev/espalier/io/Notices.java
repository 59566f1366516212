package dev.espalier.io;

/// Messages that the user must see at once, such as: the model runs on another device than requested.
public final class Notices {
    /// The logger for such messages. The command line prints them; the window shows them.
    public static final String LOGGER = "dev.espalier.aloud";

    private Notices() {}
}
