package dev.espalier.analysis;

import dev.espalier.analysis.Diagnosis.Evidence;
import dev.espalier.analysis.Diagnosis.ExtractionError;
import dev.espalier.analysis.Diagnosis.LostVote;
import dev.espalier.analysis.Diagnosis.NotCovered;
import dev.espalier.analysis.Diagnosis.Pruned;
import dev.espalier.analysis.Diagnosis.Right;
import dev.espalier.analysis.Diagnosis.Ungraded;
import dev.espalier.answer.Extraction;
import dev.espalier.model.Finish;
import dev.espalier.problem.Variant;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.SearchTree.Fate;
import dev.espalier.search.log.SearchTree.Node;
import dev.espalier.search.vote.Answers;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import dev.espalier.task.Verdicts;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads one tree for its [Diagnosis]. Not thread-safe.
final class TreeDiagnosis {
    private static final Pattern LAST_WORD = Pattern.compile("(?<!\\S)\\S+$");

    private final SearchTree tree;
    private final Answers answers;
    private final Verdicts verdicts;
    /// Answers without a verdict.
    private final Set<String> ungraded = new HashSet<>();

    TreeDiagnosis(SearchTree tree, Answers answers, Verdicts verdicts) {
        this.tree = tree;
        this.answers = answers;
        this.verdicts = verdicts;
    }

    Diagnosis of(Tally tally, Vote vote, boolean finished) {
        var winner = tally.elect(vote);
        if (winner.isPresent() && winner.get().correct()) return new Right(winner.get());
        if (winner.isPresent() && tally.covered()) return lost(tally, vote, winner.get());
        for (var group : tally.groups()) if (group.answered() && group.verdict() == null) ungraded.add(group.display());
        var pruned =
                tree.nodes().stream().filter(node -> node.fate() == Fate.PRUNED).toList();
        return pruned.stream()
                .flatMap(node -> pruned(node).stream())
                .min(Comparator.comparingInt(Pruned::step).thenComparingInt(Pruned::node))
                .<Diagnosis>map(found -> found)
                .or(() -> finished ? extractionError() : Optional.empty())
                .orElseGet(() -> ungraded.isEmpty()
                        ? new NotCovered(tally.candidates(), pruned.size())
                        : new Ungraded(ungraded.size()));
    }

    private static LostVote lost(Tally tally, Vote vote, Tally.Group winner) {
        var right = tally.elect(vote, tally.groups().size()).stream()
                .filter(Tally.Group::correct)
                .findFirst()
                .orElseThrow();
        return new LostVote(vote, winner, right, Diagnosis.weight(winner, vote) - Diagnosis.weight(right, vote));
    }

    private Optional<Pruned> pruned(Node node) {
        boolean here = right(answers.named(tree, node.id()));
        if (!here && !right(ahead(node))) return Optional.empty();
        return Optional.of(new Pruned(node.id(), tree.steps(node.id()).size(), !here));
    }

    /// The answer of a node's look-ahead.
    private @Nullable Extraction ahead(Node node) {
        var steps = tree.lookAhead(node.id());
        if (steps.isEmpty()) return null;
        var text = new StringBuilder(tree.text(node.id()));
        for (var step : steps) text.append(step.text());
        return named(text.toString(), tree.lookedToTheEnd(node.id()), tree.variant(node.id()));
    }

    private @Nullable Extraction named(String text, boolean finished, Variant variant) {
        var found = answers.task().extract(answers.problem(), text, finished, variant);
        return found == null || found.rule() == Extraction.Rule.LAST_NUMBER ? null : found;
    }

    private boolean right(@Nullable Extraction found) {
        if (found == null) return false;
        var verdict = verdicts.of(answers.problem(), answers.task(), found.answer());
        if (verdict == null) ungraded.add(found.answer());
        return verdict != null && verdict.accepted();
    }

    private Optional<Diagnosis> extractionError() {
        for (var candidate : tree.candidatesByNumber().entrySet()) {
            var node = candidate.getValue();
            var answer = answers.of(tree, node);
            var found = answer == null ? null : answer.found();
            var evidence = evidence(node, found);
            if (evidence != null)
                return Optional.of(new ExtractionError(
                        node.id(),
                        candidate.getKey(),
                        found == null ? "" : found.answer(),
                        found != null && found.rule() == Extraction.Rule.LAST_NUMBER,
                        evidence));
        }
        return Optional.empty();
    }

    private @Nullable Evidence evidence(Node node, @Nullable Extraction found) {
        var variant = tree.variant(node.id());
        if (found != null && found.rule() != Extraction.Rule.LAST_NUMBER) {
            // Without the word before the answer, which can open a box or a tag.
            var before = tree.text(node.id()).substring(0, found.start()).stripTrailing();
            before = LAST_WORD.matcher(before).replaceFirst("");
            return right(named(before, true, variant)) ? Evidence.NAMED_EARLIER : null;
        }
        // A text that was cut off has no conclusion, and a variant can name the choices by other letters.
        if (node.finish() != Finish.STOP || !variant.name().isEmpty()) return null;
        var steps = tree.steps(node.id());
        return !steps.isEmpty() && contains(steps.getLast().text()) ? Evidence.IN_LAST_STEP : null;
    }

    /// Whether a text contains the gold answer as a word or number of its own. A single letter is in every text.
    private boolean contains(String text) {
        var gold = answers.problem().gold();
        if (gold == null || gold.isBlank() || gold.strip().matches("\\p{L}")) return false;
        return Pattern.compile("(?<!\\p{N}[.,])(?<![\\p{L}\\p{N}\\\\−-])" + Pattern.quote(gold.strip())
                        + "(?![\\p{L}\\p{N}]|[.,]\\p{N})")
                .matcher(text)
                .find();
    }
}
