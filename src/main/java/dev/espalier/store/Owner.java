package dev.espalier.store;

/// The Espalier process that works on a run.
///
/// @param process its process id
/// @param host    its machine's name, "" for this machine
/// @param here    whether it is this process
public record Owner(long process, String host, boolean here) {
    String sentence(long run) {
        return "Run %d is being run by another Espalier (%s).".formatted(run, label());
    }

    /// For the user: "process 1234".
    public String label() {
        return host.isEmpty() ? "process " + process : "process " + process + " on " + host;
    }
}
