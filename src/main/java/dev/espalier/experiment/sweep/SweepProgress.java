package dev.espalier.experiment.sweep;

import dev.espalier.analysis.Curve;
import java.util.List;

/// How far a sweep is.
///
/// @param done,total   searches
/// @param failed       searches that failed, counted in done
/// @param tokensPerSecond generated, over the last seconds
/// @param secondsLeft  estimate, NaN while there is none
/// @param curves       over what is done so far
public record SweepProgress(int done, int total, int failed, double tokensPerSecond, double secondsLeft, List<Curve> curves) {}
