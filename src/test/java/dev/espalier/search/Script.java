package dev.espalier.search;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.strategy.Strategies;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A scripted policy and reward model: the texts that follow a prefix, in order (the last one repeats), and the scores
/// of steps. A text that ends with a blank line ends a step, any other ends the whole text. Drives a search through ask
/// and tell and records its requests.
public final class Script {
    private static final StepSplitter SPLITTER = new StepSplitter("\n\n");

    private final Map<String, List<String>> texts = new HashMap<>();
    private final Map<String, Double> scores = new HashMap<>();
    private final Map<String, Integer> told = new HashMap<>();
    public final List<List<Request>> waves = new ArrayList<>();
    public final List<String> scored = new ArrayList<>();
    public final List<SearchEvent> log = new ArrayList<>();

    /// Sets the texts that follow a prefix, sampled or greedy.
    public Script after(String prefix, String... next) {
        texts.put(prefix, List.of(next));
        return this;
    }

    /// Sets the score of a step, regardless of the steps before it. The default is 0.5.
    public Script score(String step, double score) {
        scores.put(step, score);
        return this;
    }

    public Search run(Search search) {
        for (var wave = search.ask(); !wave.isEmpty(); wave = search.ask()) {
            waves.add(wave);
            for (var request : wave) search.tell(request.id(), answer(search.tree(), request));
        }
        log.addAll(search.drain());
        return search;
    }

    public Search parity(String strategy, Map<String, Integer> parameters) {
        return run(new Search(
                Strategies.of(strategy, Parameters.of(parameters), Mode.PARITY),
                new SearchSetting(Generation.DEFAULT, Reduction.LAST, true, Mode.PARITY)));
    }

    public Search standard(String strategy, Map<String, Integer> parameters) {
        return run(new Search(
                Strategies.of(strategy, Parameters.of(parameters), Mode.STANDARD),
                new SearchSetting(Generation.DEFAULT, Reduction.LAST, true)));
    }

    /// A step costs one token; repeated reads cost nothing.
    private Result answer(SearchTree tree, Request request) {
        return switch (request) {
            case Request.Sample sample -> sampled(tree.text(sample.parent()), sample.stopAtStep(), true);
            case Request.LookAhead ahead ->
                sampled(tree.text(ahead.node()) + Step.text(tree.lookAhead(ahead.node())), true, false);
            case Request.Score score ->
                scored(tree.text(score.node()) + (score.ahead() ? Step.text(tree.lookAhead(score.node())) : ""));
            case Request.NextTokens _ -> throw new IllegalStateException("no strategy here asks for next tokens");
        };
    }

    private Result.Sampled sampled(String prefix, boolean stopAtStep, boolean counts) {
        var next = texts.getOrDefault(prefix, List.of("end"));
        int k = counts ? told.merge(prefix, 1, Integer::sum) - 1 : 0;
        var text = next.get(Math.min(k, next.size() - 1));
        var steps = SPLITTER.split(text).stream()
                .map(step -> Step.of(step, new int[] {step.hashCode()}, new float[1]))
                .toList();
        return new Result.Sampled(
                steps,
                stopAtStep && text.endsWith("\n\n") ? Finish.STEP : Finish.STOP,
                new Cost(Math.max(1, steps.size()), steps.size()));
    }

    private Result.Scored scored(String text) {
        scored.add(text);
        var steps = SPLITTER.split(text);
        return new Result.Scored(
                steps.stream().map(step -> scores.getOrDefault(step, 0.5)).toList(), new Cost(0, steps.size()));
    }

    public List<SearchEvent.Selected> selected() {
        return Runs.of(SearchEvent.Selected.class, log);
    }

    /// The texts of the nodes.
    public static List<String> texts(SearchTree tree, List<SearchEvent.Choice> choices) {
        return choices.stream().map(choice -> tree.text(choice.node())).toList();
    }

    /// The path texts that the samples of a wave continue.
    public List<String> prefixes(SearchTree tree, int wave) {
        return waves.get(wave).stream()
                .map(request -> tree.text(((Request.Sample) request).parent()))
                .toList();
    }
}
