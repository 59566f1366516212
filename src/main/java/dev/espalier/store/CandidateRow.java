package dev.espalier.store;

import dev.espalier.model.Finish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One candidate of a run with what is needed to grade, vote and group it, read without the event log.
///
/// @param problemId,gold,level,subject of its problem
/// @param number candidate number within its search, from 0
/// @param node   where its path ends
/// @param tokens generated along its path
/// @param text   of the whole path, as the policy wrote it
/// @param scores one number a non-empty step, first step first; empty where it was not scored
/// @param variant the task's name for the form in which the problem was asked, "" for the problem as it stands
/// @param logProb mean of its tokens' log-probabilities, NaN where they are not known
public record CandidateRow(long search, String problemId, @Nullable String gold, int level, String subject, int number, int node, Finish finish,
                           int tokens, String text, List<Double> scores, double logProb, String variant) {
    public CandidateRow {
        scores = List.copyOf(scores);
    }
}
