package dev.espalier.search;

/// What a strategy needs to know besides its own parameters.
///
/// @param maxNewTokens per solution
/// @param scored       whether a reward model is at hand
public record SearchSetting(int maxNewTokens, Reduction reduction, boolean scored) {}
