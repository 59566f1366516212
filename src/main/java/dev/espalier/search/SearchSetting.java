package dev.espalier.search;

/// What a strategy needs to know besides its own parameters.
///
/// @param scored whether a reward model is at hand
public record SearchSetting(Generation generation, Reduction reduction, boolean scored) {}
