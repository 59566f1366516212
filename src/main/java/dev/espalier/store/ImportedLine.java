package dev.espalier.store;

/// The line of a file from which a search was imported.
///
/// @param number from 1
/// @param fields JSON object with those fields of the line that neither the problem nor the event log holds, unchanged
public record ImportedLine(long number, String fields) {}
