package dev.espalier.search;

import dev.espalier.model.LanguageModel;
import dev.espalier.model.Step;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// Which policy sampled the steps of a search with several policies. The tokens of a step are in the vocabulary of that
/// policy, so another policy tokenizes the step's text itself. Steps that no policy sampled have the tokens of the
/// first policy.
final class PathTokens {
    /// The requests and steps of all policies but the first. Empty in a search with one policy.
    private final Map<Integer, Integer> policyOfRequest = new HashMap<>();
    private final IdentityHashMap<Step, Integer> policyOfStep = new IdentityHashMap<>();

    /// Receives every event in order.
    void happened(SearchEvent event) {
        switch (event) {
            case SearchEvent.Asked asked -> {
                for (var request : asked.requests())
                    if (request.model() > 0 && !(request instanceof Request.Score))
                        policyOfRequest.put(request.id(), request.model());
            }
            case SearchEvent.Sampled sampled -> sampled(sampled.request(), sampled.steps());
            case SearchEvent.LookedAhead ahead -> sampled(ahead.request(), ahead.steps());
            default -> {}
        }
    }

    private void sampled(int request, List<Step> steps) {
        var policy = policyOfRequest.remove(request);
        if (policy != null) for (var step : steps) policyOfStep.put(step, policy);
    }

    /// A path in the tokens of a policy.
    ///
    /// @param index the policy's index
    /// @throws dev.espalier.EspalierException if a step is another policy's and this one has no tokenizer
    List<Step> read(List<Step> path, LanguageModel policy, int index) {
        if (index == 0 && policyOfStep.isEmpty()) return path;
        var read = new ArrayList<Step>();
        for (var step : path) {
            if (step instanceof Step.Text && policyOfStep.getOrDefault(step, 0) != index)
                read.addAll(policy.reread(List.of(step)));
            else read.add(step);
        }
        return read;
    }
}
