package dev.espalier.ui.search;

import dev.espalier.search.log.SearchEvent;
import dev.espalier.ui.kit.DisplayText;

/// Describes events in a few words.
final class EventText {
    private EventText() {}

    static String of(SearchEvent event) {
        return switch (event) {
            case SearchEvent.Started started -> "started " + started.config().strategy();
            case SearchEvent.Asked asked ->
                "requested " + Inspection.count(asked.requests().size(), "result");
            case SearchEvent.Sampled sampled ->
                "sampled node " + sampled.lastNode() + (sampled.finish().ends() ? " (ended)" : "");
            case SearchEvent.LookedAhead ahead -> "looked ahead from node " + ahead.node();
            case SearchEvent.NextTokens next ->
                Inspection.count(next.choices().size(), "next token") + " of node " + next.node();
            case SearchEvent.Grown grown -> "added node " + grown.node();
            case SearchEvent.Scored scored ->
                "scored node " + scored.node()
                        + (scored.scores().isEmpty()
                                ? ""
                                : " " + DisplayText.score(scored.scores().getLast()));
            case SearchEvent.Selected selected ->
                "iteration " + (selected.iteration() + 1) + ": "
                        + selected.kept().size() + " kept, " + selected.pruned().size() + " pruned";
            case SearchEvent.Ended ended -> "candidate " + (ended.candidate() + 1) + " ended at node " + ended.node();
            case SearchEvent.Voted voted ->
                "vote: " + voted.votes() + " of " + voted.of() + " for "
                        + (voted.leader().isEmpty() ? "no answer" : voted.leader());
            case SearchEvent.Intervened(var intervention) -> "intervention: " + intervention.describe();
            case SearchEvent.Warned warned -> "warning: " + warned.what();
            case SearchEvent.Failed failed -> "failed: " + failed.reason();
            case SearchEvent.Finished finished ->
                "finished with " + Inspection.count(finished.candidates(), "candidate");
        };
    }
}
