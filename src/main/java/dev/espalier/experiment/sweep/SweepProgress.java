package dev.espalier.experiment.sweep;

import dev.espalier.analysis.Curve;
import java.util.List;

/// A sweep's progress.
///
/// @param done,total   searches
/// @param failed       failed searches, included in done
/// @param tokensPerSecond generated, over the last seconds
/// @param secondsLeft  estimate, NaN if there is none yet
/// @param curves       over the finished searches
public record SweepProgress(
        int done, int total, int failed, double tokensPerSecond, double secondsLeft, List<Curve> curves) {}
