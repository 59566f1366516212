package dev.espalier.ui.search;

import dev.espalier.analysis.Diagnosis;
import dev.espalier.figure.TaskText;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.ui.kit.DisplayText;

/// Writes a diagnosis as a sentence.
///
/// @param labels formats answers
/// @param vote   by which the diagnosis was made
record DiagnosisText(TaskText labels, Vote vote) {

    String of(Diagnosis diagnosis) {
        return switch (diagnosis) {
            case Diagnosis.NoGold _ -> "No gold answer: right or wrong is unknown.";
            case Diagnosis.NotFinished(var soFar, var failure) -> open(soFar, !failure.isEmpty());
            case Diagnosis.Right(var winner) -> "Right: the " + vote.label() + " vote elects " + answer(winner) + ".";
            case Diagnosis.LostVote lost -> lost(lost);
            case Diagnosis.Ungraded(int answers) ->
                "No verdict yet on " + Inspection.count(answers, "answer") + "; no other answer is right.";
            case Diagnosis.Pruned(var _, int step, boolean ahead) ->
                "Pruned at step " + step + ": "
                        + (ahead ? "the look-ahead of this path gives" : "this path gives")
                        + " the right answer, and no candidate does.";
            case Diagnosis.ExtractionError error -> extraction(error);
            case Diagnosis.NotCovered(int candidates, int pruned) -> notCovered(candidates, pruned);
        };
    }

    private String open(Diagnosis soFar, boolean failed) {
        if (soFar instanceof Diagnosis.NoGold) return of(soFar);
        String state = failed ? "Search failed. " : "Not finished. ";
        if (soFar instanceof Diagnosis.NotCovered(int candidates, var _))
            return state + (candidates == 0 ? "No candidate yet." : "No right candidate yet.");
        return state + of(soFar);
    }

    private String lost(Diagnosis.LostVote lost) {
        String what = "Lost the " + lost.vote().label() + " vote: " + answer(lost.right()) + " is right, "
                + answer(lost.winner()) + " wins ";
        if (Double.isNaN(lost.by())) return what + "(a score is unknown).";
        if (lost.by() == 0) return what + "the tie.";
        String by = lost.vote() == Vote.MAJORITY
                ? Inspection.count((int) lost.by(), "vote")
                : lost.by() < 0.005 ? "less than 0.01" : DisplayText.score(lost.by());
        return what + "by " + by + ".";
    }

    private String extraction(Diagnosis.ExtractionError error) {
        String candidate = "candidate " + (error.candidate() + 1);
        String extracted = error.answer().isEmpty()
                ? "no answer was extracted"
                : (error.guess() ? "only the last number, " : "") + labels.answer(error.answer()) + ", was extracted";
        return "Possible extraction error: "
                + switch (error.evidence()) {
                    case NAMED_EARLIER -> candidate + " names the right answer earlier; ";
                    case IN_LAST_STEP -> "the last step of " + candidate + " contains the gold answer; ";
                }
                + extracted + ".";
    }

    private static String notCovered(int candidates, int pruned) {
        String what = candidates == 0
                ? "Not covered: there is no candidate."
                : "Not covered: no candidate of " + candidates + " is right.";
        return pruned == 0
                ? what
                : what + " Whether " + (pruned == 1 ? "the pruned path" : "one of " + pruned + " pruned paths")
                        + " led to the gold answer is unknown.";
    }

    private String answer(Tally.Group group) {
        return group.answered() ? labels.answer(group.display(vote)) : "no answer";
    }
}
