package dev.espalier.experiment.run;

import java.util.Objects;

/// Espalier's version from the jar's manifest; "development" if classes run from a folder.
public final class Version {
    public static final String NUMBER =
            Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
