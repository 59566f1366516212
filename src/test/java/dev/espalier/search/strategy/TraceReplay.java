package dev.espalier.search.strategy;

import static dev.espalier.search.strategy.ReferenceTrace.numbers;
import static dev.espalier.search.strategy.ReferenceTrace.strings;

import dev.espalier.model.Generation;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/// Runs the production strategies against a trace's tables, with the searches of its problems in lock-step, and
/// compares their logs with the toolkit's recorded behaviour.
final class TraceReplay {
    private final ReferenceTrace trace;
    private final List<Following> searches = new ArrayList<>();
    private final List<String> mismatches = new ArrayList<>();

    /// A subtree after an iteration, as a trace lists it.
    private record Subtree(String text, String previous, boolean pruned, List<Double> best, List<List<Double>> all) {}

    /// Beams after an iteration.
    private record Beams(List<String> kept, List<String> pruned, int completed) {}

    private TraceReplay(ReferenceTrace trace) {
        this.trace = trace;
    }

    /// The differences, each with its iteration and text; empty if everything agrees.
    static List<String> mismatches(ReferenceTrace trace) {
        var replay = new TraceReplay(trace);
        replay.run();
        replay.compareIterations();
        replay.compareOutput();
        return replay.mismatches;
    }

    private void run() {
        var tables = trace.tables();
        for (var problem : trace.problems()) searches.add(new Following(problem));
        boolean going = true;
        while (going) {
            going = false;
            for (var following : searches) {
                for (var request : following.ask()) {
                    following.search.tell(request.id(), tables.answer(following.problem, following.search, request));
                    going = true;
                }
            }
        }
    }

    /// The search of one problem, with the state of its log after each iteration.
    private final class Following {
        private final String problem;
        private final Search search = new Search(
                trace.strategy(), new SearchSetting(Generation.DEFAULT, trace.reduction(), true, Mode.PARITY));
        private final List<Beams> beams = new ArrayList<>();
        private final List<List<Subtree>> subtrees = new ArrayList<>();
        private List<Integer> going = List.of();
        private int sampled;
        private int left;

        private Following(String problem) {
            this.problem = problem;
        }

        private List<Request> ask() {
            var wave = search.ask();
            var parents = wave.stream()
                    .filter(Request.Sample.class::isInstance)
                    .map(request -> ((Request.Sample) request).parent())
                    .toList();
            for (var event : search.drain()) {
                if (event instanceof SearchEvent.Sampled) sampled++;
                if (event instanceof SearchEvent.Selected selected
                        && trace.approach().equals("dvts")) subtrees(selected, parents);
                else if (event instanceof SearchEvent.Selected selected) beams(selected);
            }
            return wave;
        }

        private SearchTree tree() {
            return search.tree();
        }

        /// The log does not list completed beams here; it lists beams with a repeated text as dropped.
        private void beams(SearchEvent.Selected selected) {
            left += selected.kept().size() + selected.pruned().size();
            var competed = selected.pruned().stream()
                    .filter(choice -> !choice.reason().equals(ParityBeamSearch.REPEATED))
                    .toList();
            beams.add(new Beams(
                    inOrder(selected.kept()).map(node -> tree().text(node.id())).toList(),
                    inOrder(competed).map(node -> tree().text(node.id())).toList(),
                    sampled - left));
        }

        private Stream<SearchTree.Node> inOrder(List<SearchEvent.Choice> choices) {
            return choices.stream()
                    .map(choice -> tree().node(choice.node()))
                    .sorted(Comparator.comparingInt(SearchTree.Node::id));
        }

        /// @param parents the nodes of the next samples; a subtree whose selected node is not among them has
        ///                ended
        private void subtrees(SearchEvent.Selected selected, List<Integer> parents) {
            if (subtrees.isEmpty())
                going = IntStream.range(0, selected.kept().size()).boxed().toList();
            var now = subtrees.isEmpty() ? new ArrayList<Subtree>() : new ArrayList<>(subtrees.getLast());
            var goOn = new ArrayList<Integer>();
            int others = selected.pruned().size() / selected.kept().size();
            for (int i = 0; i < going.size(); i++) {
                int index = going.get(i);
                var chosen = selected.kept().get(i);
                var siblings = new ArrayList<>(selected.pruned().subList(i * others, (i + 1) * others));
                siblings.add(chosen);
                boolean ended = !parents.contains(chosen.node());
                if (!ended) goOn.add(index);
                var state = new Subtree(
                        tree().text(chosen.node()),
                        index < now.size() ? now.get(index).text : "",
                        ended,
                        tree().node(chosen.node()).pathScores(),
                        inOrder(siblings).map(SearchTree.Node::pathScores).toList());
                if (index < now.size()) now.set(index, state);
                else now.add(state);
            }
            going = goOn;
            subtrees.add(now);
        }
    }

    private void compareIterations() {
        boolean dvts = trace.approach().equals("dvts");
        int iterations = searches.stream()
                .mapToInt(following -> dvts ? following.subtrees.size() : following.beams.size())
                .max()
                .orElse(0);
        compare("iterations", trace.iterations().size(), iterations);
        for (int i = 0; i < Math.min(iterations, trace.iterations().size()); i++) {
            var after = trace.iterations().get(i).path("after");
            if (dvts) compareSubtrees(i, after.path("beams"));
            else compareBeams(i, after);
        }
    }

    private void compareBeams(int iteration, JsonNode after) {
        var where = "iteration " + iteration + ", ";
        var beams = searches.stream()
                .map(following -> following.beams.get(Math.min(iteration, following.beams.size() - 1)))
                .toList();
        compareLists(
                where + "kept",
                strings(after.path("kept")),
                beams.stream().flatMap(one -> one.kept.stream()).toList());
        compareLists(
                where + "pruned",
                strings(after.path("pruned")),
                beams.stream().flatMap(one -> one.pruned.stream()).toList());
        if (after.has("completed_so_far"))
            compare(
                    where + "completed so far",
                    after.path("completed_so_far").intValue(),
                    beams.stream().mapToInt(Beams::completed).sum());
    }

    private void compareSubtrees(int iteration, JsonNode recorded) {
        int at = 0;
        for (var following : searches) {
            var now = following.subtrees.get(Math.min(iteration, following.subtrees.size() - 1));
            for (int index = 0; index < now.size(); index++) {
                var state = now.get(index);
                var expected = recorded.path(at++);
                var where = "iteration %d, subtree %d of \"%s\", ".formatted(iteration, index, following.problem);
                compare(where + "problem", expected.path("problem").asString(), following.problem);
                compare(where + "index", expected.path("index").intValue(), index);
                compare(where + "text", expected.path("text").asString(), state.text);
                compare(where + "previous text", expected.path("previous").asString(), state.previous);
                compare(where + "ended", expected.path("pruned").booleanValue(), state.pruned);
                compareLists(where + "best scores", numbers(expected.path("best_scores")), state.best);
                compareLists(
                        where + "all scores",
                        expected.path("all_scores")
                                .valueStream()
                                .map(ReferenceTrace::numbers)
                                .toList(),
                        state.all);
            }
        }
        compare("iteration " + iteration + ", subtrees", recorded.size(), at);
    }

    private void compareOutput() {
        var output = trace.output();
        compare("output, problems", output.path("completions").size(), searches.size());
        for (int i = 0; i < searches.size(); i++) {
            var following = searches.get(i);
            var where = "output of \"" + following.problem + "\", ";
            var candidates = Candidate.of(following.tree());
            var reduced = candidates.stream()
                    .map(candidate -> trace.reduction().of(candidate.scores(), Mode.PARITY))
                    .toList();
            compareLists(
                    where + "completions",
                    strings(output.path("completions").path(i)),
                    candidates.stream().map(Candidate::text).toList());
            compareLists(
                    where + "scores",
                    output.path("scores")
                            .path(i)
                            .valueStream()
                            .map(ReferenceTrace::numbers)
                            .toList(),
                    candidates.stream().map(Candidate::scores).toList());
            compareLists(where + "agg_scores", numbers(output.path("agg_scores").path(i)), reduced, TraceReplay::close);
            compare(where + "pred", output.path("pred").path(i).asString(), predicted(candidates, reduced));
        }
    }

    /// Elects by the production vote, with one group per candidate.
    private static String predicted(List<Candidate> candidates, List<Double> reduced) {
        var ballots = candidates.stream()
                .map(candidate -> new Tally.Ballot(
                        candidate.number(),
                        "candidate " + candidate.number(),
                        "",
                        reduced.get(candidate.number()),
                        false))
                .toList();
        return Tally.of(ballots, true)
                .elect(Vote.NAIVE)
                .map(group -> candidates.get(group.bestCandidate()).text())
                .orElse("");
    }

    private static boolean close(double recorded, double here) {
        return Math.abs(recorded - here) <= 1e-12 * Math.max(1, Math.abs(recorded));
    }

    private void compare(String what, Object recorded, Object here) {
        if (!recorded.equals(here))
            mismatches.add("%s: recorded %s, here %s".formatted(what, shown(recorded), shown(here)));
    }

    private <T> void compareLists(String what, List<T> recorded, List<T> here) {
        compareLists(what, recorded, here, Object::equals);
    }

    private <T> void compareLists(String what, List<T> recorded, List<T> here, BiPredicate<T, T> same) {
        for (int i = 0; i < Math.max(recorded.size(), here.size()); i++) {
            if (i < recorded.size() && i < here.size() && same.test(recorded.get(i), here.get(i))) continue;
            mismatches.add("%s, number %d of %d (here of %d): recorded %s, here %s"
                    .formatted(
                            what,
                            i,
                            recorded.size(),
                            here.size(),
                            i < recorded.size() ? shown(recorded.get(i)) : "nothing",
                            i < here.size() ? shown(here.get(i)) : "nothing"));
            return;
        }
    }

    private static String shown(Object value) {
        return value instanceof String text ? '"' + text.replace("\n", "\\n") + '"' : value.toString();
    }
}
