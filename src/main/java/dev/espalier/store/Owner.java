package dev.espalier.store;

/// The Espalier that works on a run at present.
///
/// @param process its process id
/// @param host    name of its machine, "" for this one
/// @param here    whether it is the one that asks
public record Owner(long process, String host, boolean here) {
    String sentence(long run) {
        return "Run %d is being run by another Espalier (%s).".formatted(run, words());
    }

    /// As the person reads it: "process 1234".
    public String words() {
        return host.isEmpty() ? "process " + process : "process " + process + " on " + host;
    }
}
