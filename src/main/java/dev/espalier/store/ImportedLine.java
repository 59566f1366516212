package dev.espalier.store;

/// The line of a file that a search was imported from.
///
/// @param number from 1
/// @param fields JSON object: the line's fields that neither the problem nor the event log holds, as they were
public record ImportedLine(long number, String fields) {}
