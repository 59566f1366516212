package dev.espalier.search.strategy;

import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import dev.espalier.search.Search;
import dev.espalier.search.Strategy;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchTree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// A recorded run of the search-and-learn toolkit: its configuration, two tables with the results of all requests, and
/// the outcome.
record ReferenceTrace(JsonNode json) {

    String id() {
        return json.path("id").asString() + " " + approach();
    }

    String approach() {
        return json.path("approach").asString();
    }

    List<String> problems() {
        return strings(json.path("problems"));
    }

    Reduction reduction() {
        return Reduction.valueOf(
                json.path("config").path("agg_strategy").asString().toUpperCase(java.util.Locale.ROOT));
    }

    /// The production strategy in parity mode.
    Strategy strategy() {
        var config = json.path("config");
        var parameters = Parameters.NONE.with("N", config.path("n").intValue());
        if (!approach().equals("best_of_n")) {
            parameters = parameters
                    .with("M", config.path("beam_width").intValue())
                    .with("iterations", config.path("num_iterations").intValue())
                    .with("lookahead", config.path("lookahead").intValue());
        }
        if (approach().equals("beam_search")) {
            parameters = parameters
                    .with("filter-duplicates", config.path("filter_duplicates").booleanValue())
                    .with("sort-completed", config.path("sort_completed").booleanValue());
        }
        return Strategies.of(approach().replace('_', '-'), parameters, Mode.PARITY);
    }

    JsonNode iterations() {
        return json.path("iterations");
    }

    JsonNode output() {
        return json.path("output");
    }

    Tables tables() {
        return new Tables(json);
    }

    static List<String> strings(JsonNode array) {
        return array.valueStream().map(JsonNode::stringValue).toList();
    }

    static List<Double> numbers(JsonNode array) {
        return array.valueStream().map(JsonNode::doubleValue).toList();
    }

    /// The recorded policy and reward model. The k-th sample of a prefix is the k-th element of its list.
    static final class Tables {
        private static final StepSplitter SPLITTER = new StepSplitter("\n\n");

        private final JsonNode texts;
        private final JsonNode scores;
        private final Map<List<String>, Integer> asked = new HashMap<>();

        private Tables(JsonNode json) {
            texts = json.path("lm_table");
            scores = json.path("prm_table");
        }

        Result answer(String problem, Search search, Request request) {
            var tree = search.tree();
            return switch (request) {
                case Request.Sample sample ->
                    sampled(sample.stopAtStep() ? "step" : "full", problem, tree.text(sample.parent()));
                case Request.LookAhead ahead -> sampled("greedy", problem, withAhead(tree, ahead.node()));
                case Request.Score score ->
                    scored(problem, score.ahead() ? withAhead(tree, score.node()) : tree.text(score.node()));
                case Request.NextTokens _ -> throw new IllegalStateException("the toolkit asks for no next tokens");
            };
        }

        private static String withAhead(SearchTree tree, int node) {
            var text = new StringBuilder(tree.text(node));
            for (var step : tree.lookAhead(node)) text.append(step.text());
            return text.toString();
        }

        private Result.Sampled sampled(String mode, String problem, String prefix) {
            int k = mode.equals("greedy") ? 0 : asked.merge(List.of(mode, problem, prefix), 1, Integer::sum) - 1;
            var element = texts.path(mode).path(problem).path(prefix).path(k);
            if (element.isMissingNode())
                throw new IllegalStateException(
                        "asked for %s %d behind \"%s\", which the toolkit never asked for".formatted(mode, k, prefix));
            var steps = new ArrayList<Step>();
            for (var step : SPLITTER.split(element.path("text").stringValue()))
                steps.add(Step.of(step, new int[0], new float[0]));
            return new Result.Sampled(steps, element.path("stop").isNull() ? Finish.STOP : Finish.STEP, Cost.NONE);
        }

        private Result.Scored scored(String problem, String text) {
            var list = scores.path(problem).path(text);
            if (list.isMissingNode())
                throw new IllegalStateException(
                        "asked for the scores of \"%s\", which the toolkit never asked for".formatted(text));
            return new Result.Scored(numbers(list), Cost.NONE);
        }
    }
}
