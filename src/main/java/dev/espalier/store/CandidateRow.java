package dev.espalier.store;

import dev.espalier.model.Finish;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A candidate of a run with the facts needed to grade, vote and group it. Read without the event log.
///
/// @param problemId,gold,level,subject the problem's
/// @param number  the candidate's number within its search, from 0
/// @param node    the last node of its path
/// @param tokens  tokens generated along its path
/// @param text    the whole path as the policy wrote it
/// @param scores  one number per non-empty step, first step first; empty if not scored
/// @param variant the task's name for the prompt's variant, "" for the unchanged problem
/// @param logProb mean log-probability of its tokens, NaN if unknown
public record CandidateRow(
        long search,
        String problemId,
        @Nullable String gold,
        int level,
        String subject,
        int number,
        int node,
        Finish finish,
        int tokens,
        String text,
        List<Double> scores,
        double logProb,
        String variant) {
    public CandidateRow {
        scores = List.copyOf(scores);
    }
}
