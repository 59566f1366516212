package dev.espalier.engine.device.library;

import java.util.Locale;

/// The operating system and processor, as names of native libraries contain them.
public final class Platform {
    private static final String SYSTEM = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    private static final String MACHINE = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);

    public static final boolean WINDOWS = SYSTEM.contains("win") && !SYSTEM.contains("darwin");
    static final boolean MAC = SYSTEM.contains("mac");

    /// The platform's folder name in ONNX Runtime's jar, such as "linux-x64".
    static final String NAME = (WINDOWS ? "win" : MAC ? "osx" : "linux")
            + (MACHINE.equals("aarch64") || MACHINE.equals("arm64") ? "-aarch64" : "-x64");

    private Platform() {}
}
