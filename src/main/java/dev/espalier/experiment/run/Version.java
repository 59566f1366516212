package dev.espalier.experiment.run;

import java.util.Objects;

/// Which Espalier this is: the jar's manifest knows; "development" where classes run from a folder.
public final class Version {
    public static final String NUMBER = Objects.requireNonNullElse(Version.class.getPackage().getImplementationVersion(), "development");

    private Version() {}
}
