package dev.espalier.ui.search;

import dev.espalier.figure.Answer;
import dev.espalier.search.Tally;
import dev.espalier.search.Vote;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/// What pictures say about the candidates' answers and who won.
final class Elected {
    private Elected() {}

    /// The key of the group that wins each vote.
    static Map<Vote, String> keys(Tally tally) {
        var keys = new EnumMap<Vote, String>(Vote.class);
        for (var vote : Vote.values()) tally.elect(vote).ifPresent(group -> keys.put(vote, group.key()));
        return keys;
    }

    /// Each candidate's answer as the tree shows it.
    static Map<Integer, Answer> answers(Tally tally, boolean goldKnown) {
        var answers = new HashMap<Integer, Answer>();
        for (var group : tally.groups()) {
            var verdict = !goldKnown ? Answer.Verdict.UNKNOWN : group.correct() ? Answer.Verdict.RIGHT : Answer.Verdict.WRONG;
            for (int candidate : group.members()) answers.put(candidate, new Answer(group.display(), verdict));
        }
        return answers;
    }
}
