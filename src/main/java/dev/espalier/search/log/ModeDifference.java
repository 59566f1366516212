package dev.espalier.search.log;

import java.util.List;

/// A point in which standard and parity mode differ, as the help of the window and of the command line says it.
public record ModeDifference(String point, String standard, String parity) {

    public static final List<ModeDifference> ALL = List.of(
        new ModeDifference("Beams of an iteration", "N less the candidates so far, shared out in rank order.", "Always N: the active ones in index order, round and round."),
        new ModeDifference("Beams kept", "The best ⌈W/M⌉ of W; on a tie the earlier.", "The best ⌊N/M⌋, all where that is 0; on a tie the later."),
        new ModeDifference("End of beam search", "With N candidates, or when no beam is active.", "When no beam is active or the iterations are over; then the first N completed beams (the best with sort-completed), repeated where they are fewer."),
        new ModeDifference("Beams with the same text", "Compete like any others.", "Compete too, or with filter-duplicates only the first does."),
        new ModeDifference("Lookahead of beam search", "What was looked ahead is scored with the step.", "It is generated, and nothing looks at it. (DVTS scores it in both modes.)"),
        new ModeDifference("Subtrees of DVTS", "N/M; M must divide N.", "⌊N/M⌋; what is left of N is not used."),
        new ModeDifference("End of a subtree", "When its best step has ended the text; unfinished siblings are run to their ends.",
            "Also with an empty step, or with a box in its text; its last M steps are its candidates, finished or not."),
        new ModeDifference("Token limit", "Of a solution.", "Of a step, 2048 unless another is given; a step that reaches it counts as finished."),
        new ModeDifference("Going on with a path", "By the token ids that were sampled.", "By its text, turned into tokens anew."),
        new ModeDifference("What is scored", "Steps that are not empty, and the end of the text.",
            "The text split at the separators, without its end; an empty text too, and behind a last separator an empty step where the kind of reward model sees one."),
        new ModeDifference("Answers", "Of a truncated candidate only what it boxed; one canonical form for every notation.", "As the toolkit extracts and cleans them, whether the candidate was finished or not."),
        new ModeDifference("No answer", "Is never elected while another answer is there.", "Votes like any other."));
}
