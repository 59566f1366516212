package dev.espalier.experiment;

/// How a search or sweep ended.
///
/// @param message "" unless it failed: one sentence for the person
public record Outcome(End end, String message) {
    public enum End { FINISHED, CANCELLED, FAILED }
}
