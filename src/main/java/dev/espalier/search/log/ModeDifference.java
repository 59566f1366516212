package dev.espalier.search.log;

import java.util.List;

/// A difference between standard and parity mode, for the help in the window and on the command line.
public record ModeDifference(String point, String standard, String parity) {

    public static final List<ModeDifference> ALL = List.of(
            new ModeDifference(
                    "Beams of an iteration",
                    "N minus the candidates so far, assigned to the kept beams in rank order.",
                    "Always N: the active beams in index order, repeated in turn."),
            new ModeDifference(
                    "Beams kept",
                    "The best ⌈W/M⌉ of W. On a tie the earlier beam.",
                    "The best ⌊N/M⌋, or all if that is 0. On a tie the later beam."),
            new ModeDifference(
                    "End of beam search",
                    "When there are N candidates, or no beam is active.",
                    "When no beam is active or the iterations are used up. The candidates are the first N completed beams (with sort-completed the best), repeated if there are fewer."),
            new ModeDifference(
                    "Beams with the same text",
                    "Compete like all others.",
                    "Compete like all others. With filter-duplicates only the first competes."),
            new ModeDifference(
                    "Lookahead of beam search",
                    "Scored together with the step.",
                    "Generated but not scored. (DVTS scores it in both modes.)"),
            new ModeDifference("Subtrees of DVTS", "N/M; M must divide N.", "⌊N/M⌋. The rest of N is not used."),
            new ModeDifference(
                    "End of a subtree",
                    "When its best step ends the text. Unfinished siblings are then completed.",
                    "Also at an empty step, or when its text contains a box. Its last M steps are its candidates, finished or not."),
            new ModeDifference(
                    "Token limit",
                    "Per solution.",
                    "Per step, by default 2048. A step that reaches the limit counts as finished."),
            new ModeDifference("Continuing a path", "From the sampled token ids.", "From its text, tokenized again."),
            new ModeDifference(
                    "What is scored",
                    "Non-empty steps and the end of the text.",
                    "The text split at the separators, without the end of the text. An empty text too, and after a final separator an empty step, if that kind of reward model scores one."),
            new ModeDifference(
                    "Answers",
                    "From a truncated candidate only a boxed answer counts. One canonical form for all notations.",
                    "Extracted and cleaned as by the toolkit, whether or not the candidate is finished."),
            new ModeDifference("No answer", "Elected only if no candidate has an answer.", "Votes like any answer."));
}
