package dev.espalier.ui.search;

import dev.espalier.answer.Extraction;
import dev.espalier.figure.TaskText;
import dev.espalier.model.Finish;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.task.Task;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The content of the inspector for one node, computed from an immutable tree.
///
/// @param node     the inspected node
/// @param title    for example "Candidate 7" or "Step 3"
/// @param subtitle fate, rank, number of steps and tokens
/// @param steps    from the first step to the node
/// @param siblings all children of the node's parent, highest score first
/// @param answer   the candidate's extracted answer, "" if there is none or the path has not ended
/// @param verdict  whether the answer is right, or why there is no verdict
/// @param ways     the different ways in which the group writes this answer, with the rule that makes them equal, one
///                 per line; empty if there is only one way
/// @param text     the whole path as the policy wrote it
/// @param found    the rule that read the answer and its position in the text, null if there is none
/// @param tokens   of the node's own step
/// @param labels   formats the task's texts as plain characters
public record Inspection(
        int node,
        String title,
        String subtitle,
        List<StepRow> steps,
        List<SiblingRow> siblings,
        String answer,
        String verdict,
        List<String> ways,
        String text,
        @Nullable Extraction found,
        List<TokenRow> tokens,
        TaskText labels) {

    /// @param score  NaN if not scored
    public record StepRow(int node, int number, String text, double score, int tokens, double logProb) {}

    /// @param fate   "kept", "pruned", "ended" or "open"
    /// @param reason the strategy's reason, for example "rank 3 of 16"
    public record SiblingRow(int node, String text, double score, String fate, String reason) {

        /// The first part of the reason, for narrow columns.
        public String rank() {
            int comma = reason.indexOf(',');
            return comma < 0 ? reason : reason.substring(0, comma);
        }
    }

    /// @param logProb natural logarithm, before temperature and top-p
    public record TokenRow(int position, int id, double logProb) {
        public double probability() {
            return Math.exp(logProb);
        }
    }

    /// @param tally of the whole tree, null if not counted yet
    /// @param answers of the tree's paths
    public static Inspection of(SearchTree tree, int id, @Nullable Tally tally, Answers answers) {
        var task = answers.task();
        var node = tree.node(id);
        var path = tree.path(id);
        var steps = new ArrayList<StepRow>();
        int tokens = 0;
        for (var at : path) {
            tokens += at.step().tokens().length;
            if (at.step().empty()) continue;
            int number = steps.size();
            double score = number < node.pathScores().size() ? node.pathScores().get(number) : at.score();
            steps.add(new StepRow(
                    at.id(),
                    number + 1,
                    at.step().text().strip(),
                    score,
                    at.step().tokens().length,
                    sum(at.step().logProbs())));
        }
        var group = tally == null || node.candidate() < 0
                ? null
                : tally.groups().stream()
                        .filter(g -> g.members().contains(node.candidate()))
                        .findFirst()
                        .orElse(null);
        return new Inspection(
                id,
                title(node, steps.size()),
                subtitle(node, steps.size(), tokens),
                List.copyOf(steps),
                siblings(tree, node),
                group == null ? "" : group.display(),
                verdict(node, tree.note(node.id()), group, task.gradable(answers.problem())),
                ways(group, task),
                tree.text(id),
                node.candidate() < 0 ? null : found(answers.of(tree, node)),
                tokens(node),
                new TaskText(task.presentation()));
    }

    private static @Nullable Extraction found(Answers.@Nullable Answer answer) {
        return answer == null ? null : answer.found();
    }

    /// The number of siblings by fate: "4 sampled, 2 kept, 2 pruned".
    public String family() {
        var parts = new ArrayList<String>();
        parts.add(siblings.size() + " sampled");
        for (var fate : List.of("kept", "pruned", "ended")) {
            long count =
                    siblings.stream().filter(row -> row.fate().equals(fate)).count();
            if (count > 0) parts.add(count + " " + fate);
        }
        return String.join(", ", parts);
    }

    /// The node's fate in one word.
    public static String fate(SearchTree.Node node) {
        return switch (node.fate()) {
            case KEPT -> "kept";
            case PRUNED -> "pruned";
            case ENDED -> "ended";
            case ACTIVE -> "open";
        };
    }

    private static String title(SearchTree.Node node, int steps) {
        if (node.parent() < 0) return "Problem";
        return node.candidate() >= 0 ? "Candidate " + (node.candidate() + 1) : "Step " + Math.max(steps, 1);
    }

    private static String subtitle(SearchTree.Node node, int steps, int tokens) {
        if (node.parent() < 0) return "the root of the tree";
        var parts = new ArrayList<String>();
        parts.add(
                switch (node.finish()) {
                    case STEP -> fate(node);
                    case STOP -> "ended";
                    case LENGTH -> "truncated at the token limit";
                    case CANCELLED -> "cancelled";
                });
        if (!node.reason().isEmpty()) parts.add(node.reason());
        parts.add(count(steps, "step"));
        parts.add(tokens(tokens));
        return String.join(" · ", parts);
    }

    private static List<String> ways(Tally.@Nullable Group group, Task task) {
        if (group == null || group.written().size() < 2) return List.of();
        return group.written().stream()
                .map(way -> new TaskText(task.presentation()).answer(way.text()) + " × " + way.votes()
                        + (way.text().equals(group.display()) ? "" : ", " + task.sameness(group.display(), way.text())))
                .toList();
    }

    private static String verdict(SearchTree.Node node, String note, Tally.@Nullable Group group, boolean gradable) {
        if (node.candidate() < 0 || group == null) return "";
        if (!group.answered() && !note.isEmpty()) return "no answer: " + note;
        if (!group.answered())
            return node.finish() == Finish.LENGTH ? "no answer: the text is truncated" : "no answer found in the text";
        String votes = group.votes() == 1 ? "the only vote for it" : "one of " + group.votes() + " votes for it";
        if (!gradable) return votes;
        return (group.verdict() == null ? "being graded, " : group.correct() ? "right, " : "wrong, ") + votes;
    }

    private static List<SiblingRow> siblings(SearchTree tree, SearchTree.Node node) {
        if (node.parent() < 0) return List.of();
        return tree.node(node.parent()).children().stream()
                .map(child -> new SiblingRow(
                        child.id(), child.step().text().strip(), child.score(), fate(child), child.reason()))
                .sorted((a, b) -> Double.compare(orLowest(b.score()), orLowest(a.score())))
                .toList();
    }

    private static double orLowest(double score) {
        return Double.isNaN(score) ? -1 : score;
    }

    private static List<TokenRow> tokens(SearchTree.Node node) {
        var rows = new ArrayList<TokenRow>();
        var step = node.step();
        for (int i = 0; i < step.tokens().length; i++) {
            rows.add(new TokenRow(
                    i + 1, step.tokens()[i], i < step.logProbs().length ? step.logProbs()[i] : Double.NaN));
        }
        return List.copyOf(rows);
    }

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) sum += number;
        return sum;
    }

    /// An imported text has no tokens: their number is unknown.
    static String tokens(int count) {
        return count == 0 ? "tokens unknown" : count(count, "token");
    }

    static String count(int count, String noun) {
        return count + " " + noun + (count == 1 ? "" : "s");
    }
}
