package dev.espalier.search.replay;

import dev.espalier.EspalierException;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.Prompt;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.problem.Problem;
import dev.espalier.problem.Variant;
import dev.espalier.search.SearchModels;
import dev.espalier.search.SearchSetting.Question;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.UsedModel.Role;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// The models' results in a stored search, indexed by request: the model's index within its role, the text so far, the
/// sampling settings and the key of the random numbers. With them the search runs again without a model, and a fork
/// gets the results that its parent already has. A request that is not in the log is an error, or goes to another model
/// (see [#before]). A replay computes nothing itself.
public final class Replay {
    /// The key of a sampled result.
    ///
    /// @param key null if the sampling is greedy and so needs no random numbers
    private record SampleResultKey(
            int model,
            Prompt prompt,
            String text,
            boolean stopAtStep,
            Generation generation,
            @Nullable SampleKey key) {}

    private record NextTokensKey(int model, Prompt prompt, String text, List<Integer> partial) {
        static NextTokensKey of(int model, Prompt prompt, String text, Step partial) {
            return new NextTokensKey(
                    model, prompt, text, Arrays.stream(partial.tokens()).boxed().toList());
        }
    }

    private record ScoredPath(int model, String text, boolean ended) {}

    private final Map<SampleResultKey, Sampled> samples = new HashMap<>();
    private final Map<NextTokensKey, Recorded> nextTokens = new HashMap<>();
    private final Map<ScoredPath, Result.Scored> scores = new HashMap<>();
    private final SearchConfig config;

    /// @param k the requested number of tokens; the result can have fewer
    private record Recorded(Result.NextTokens result, int k) {}

    private record Sampled(Result.Sampled result, int maxNewTokens) {
        /// Whether the result is valid for another token limit. A text that was truncated at its limit is not.
        boolean answers(int limit) {
            return limit == maxNewTokens
                    || result.finish() != dev.espalier.model.Finish.LENGTH
                            && result.steps().stream()
                                            .mapToInt(step -> step.tokens().length)
                                            .sum()
                                    <= limit;
        }
    }

    private Replay(SearchConfig config) {
        this.config = config;
    }

    /// @param log     the events of a search, from [SearchEvent.Started] on
    /// @param problem the problem of the search
    /// @throws EspalierException if the log is empty or damaged
    public static Replay of(List<SearchEvent> log, Problem problem) {
        if (log.isEmpty() || !(log.getFirst() instanceof SearchEvent.Started started))
            throw new EspalierException("The stored search has no events, so there is nothing to replay.");
        var replay = new Replay(started.config());
        try {
            replay.read(started, new Question(problem, started.config().mode().task(problem)), log);
        } catch (EspalierException explained) {
            throw explained;
        } catch (RuntimeException damaged) {
            throw new EspalierException(
                    "The log of the stored search is damaged: its events contradict each other. Run the search again.",
                    damaged);
        }
        return replay;
    }

    /// For a search whose problem is known only by its text.
    public static Replay of(List<SearchEvent> log) {
        boolean begun = !log.isEmpty() && log.getFirst() instanceof SearchEvent.Started;
        return of(
                log,
                begun
                        ? Problem.typed(((SearchEvent.Started) log.getFirst()).problem(), null)
                        : Problem.typed("", null));
    }

    private void read(SearchEvent.Started started, Question question, List<SearchEvent> log) {
        var tree = new SearchTree();
        var requested = new HashMap<Integer, Request>();
        var generation = started.config().generation();
        for (var event : log) {
            switch (event) {
                case SearchEvent.Asked(var requests) ->
                    requests.forEach(request -> requested.put(request.id(), request));
                case SearchEvent.Intervened(Intervention.Change change) -> generation = change.generation();
                case SearchEvent.Sampled sampled
                when requested.get(sampled.request()) instanceof Request.Sample sample ->
                    samples.put(
                            sampleKey(
                                    sample.model(),
                                    prompt(question, tree, sample.parent(), sample.variant()),
                                    !sample.anew() ? tree.text(sample.parent()) : "",
                                    sample.stopAtStep(),
                                    sample.greedy() ? generation.withTemperature(0) : generation,
                                    SampleKey.of(started.config().seed(), started.problemId(), sample.path())),
                            new Sampled(
                                    new Result.Sampled(
                                            sampled.steps(), sampled.finish(), sampled.cost(), sampled.note()),
                                    sample.maxNewTokens()));
                case SearchEvent.LookedAhead ahead
                when requested.get(ahead.request()) instanceof Request.LookAhead request ->
                    samples.put(
                            sampleKey(
                                    request.model(),
                                    prompt(question, tree, ahead.node(), Variant.IDENTITY),
                                    tree.text(ahead.node()) + text(tree.lookAhead(ahead.node())),
                                    true,
                                    generation.withTemperature(0),
                                    null),
                            new Sampled(
                                    new Result.Sampled(ahead.steps(), ahead.finish(), ahead.cost()),
                                    request.maxNewTokens()));
                case SearchEvent.NextTokens next
                when requested.get(next.request()) instanceof Request.NextTokens request ->
                    nextTokens.put(
                            NextTokensKey.of(
                                    request.model(),
                                    prompt(question, tree, next.node(), Variant.IDENTITY),
                                    tree.text(next.node()),
                                    request.begun()),
                            new Recorded(new Result.NextTokens(next.choices(), next.cost()), request.k()));
                case SearchEvent.Scored scored -> {
                    var request = requested.get(scored.request()) instanceof Request.Score asked
                            ? asked
                            : new Request.Score(scored.request(), scored.node(), false);
                    boolean ended = config.mode() == Mode.STANDARD
                            && tree.node(scored.node()).finish() == dev.espalier.model.Finish.STOP;
                    scores.put(
                            new ScoredPath(
                                    request.model(),
                                    tree.text(scored.node())
                                            + (request.ahead() ? text(tree.lookAhead(scored.node())) : ""),
                                    ended),
                            new Result.Scored(scored.scores(), scored.rationales(), scored.cost(), scored.note()));
                }
                default -> {}
            }
            tree.apply(event);
        }
    }

    private static Prompt prompt(Question question, SearchTree tree, int node, Variant own) {
        return question.prompt(own.equals(Variant.IDENTITY) ? tree.variant(node) : own);
    }

    private static SampleResultKey sampleKey(
            int model, Prompt prompt, String text, boolean stopAtStep, Generation generation, @Nullable SampleKey key) {
        return new SampleResultKey(
                model,
                prompt,
                text,
                stopAtStep,
                generation.withMaxNewTokens(1),
                generation.temperature() == 0 ? null : key);
    }

    private static String text(List<Step> steps) {
        var text = new StringBuilder();
        for (var step : steps) text.append(step.text());
        return text.toString();
    }

    /// The models of the stored search, which answer from the log. Closing them does nothing.
    public SearchModels models() {
        int policies = Math.max(1, config.models(Role.POLICY).size());
        return new SearchModels(
                IntStream.range(0, policies)
                        .<LanguageModel>mapToObj(index -> new Policy(index, null))
                        .toList(),
                IntStream.range(0, config.models(Role.REWARD).size())
                        .<RewardModel>mapToObj(index -> new Reward(index, null))
                        .toList());
    }

    /// Models that answer from the log if they can, and else pass the call to other models. Closing them does not
    /// close the other models.
    ///
    /// @param others by the indices of the stored search
    public SearchModels before(SearchModels others) {
        return new SearchModels(
                IntStream.range(0, others.policies().size())
                        .<LanguageModel>mapToObj(index -> new Policy(index, others.policy(index)))
                        .toList(),
                IntStream.range(0, others.rewardModels().size())
                        .<RewardModel>mapToObj(index -> new Reward(index, others.rewardModel(index)))
                        .toList());
    }

    private ModelCard storedCard(Role role, int index, int recommended) {
        var models = config.models(role);
        var used = index < models.size() ? models.get(index) : null;
        return new ModelCard(
                used == null ? "" : used.name(),
                used == null ? "" : used.sha256(),
                0,
                Integer.MAX_VALUE,
                "stored log",
                config.generation().separator(),
                recommended);
    }

    private static EspalierException missing(String what, String text) {
        String end = text.length() > 60 ? "…" + text.substring(text.length() - 60) : text;
        return new EspalierException(
                "Not in the log: the stored search never %s after \"%s\". A replay samples nothing anew; run the search with its models instead."
                        .formatted(what, end.strip()));
    }

    private final class Policy implements LanguageModel {
        private final int index;
        private final @Nullable LanguageModel other;

        Policy(int index, @Nullable LanguageModel other) {
            this.index = index;
            this.other = other;
        }

        @Override
        public ModelCard card() {
            return other != null
                    ? other.card()
                    : storedCard(Role.POLICY, index, config.generation().maxNewTokens());
        }

        @Override
        public CompletableFuture<Result.Sampled> generate(LanguageModel.Call call) {
            String text = text(call.path());
            var found = samples.get(
                    sampleKey(index, call.prompt(), text, call.stopAtStep(), call.generation(), call.key()));
            if (found != null && found.answers(call.maxNewTokens()))
                return CompletableFuture.completedFuture(found.result());
            return other != null
                    ? other.generate(call)
                    : CompletableFuture.failedFuture(missing("sampled this continuation", text));
        }

        @Override
        public CompletableFuture<Result.NextTokens> nextTokens(LanguageModel.Call call, Step partial, int k) {
            String text = text(call.path());
            var found = nextTokens.get(NextTokensKey.of(index, call.prompt(), text, partial));
            if (found != null && found.k() >= k) {
                var choices = found.result().choices();
                return CompletableFuture.completedFuture(new Result.NextTokens(
                        choices.subList(0, Math.min(k, choices.size())),
                        found.result().cost()));
            }
            return other != null
                    ? other.nextTokens(call, partial, k)
                    : CompletableFuture.failedFuture(missing("asked for " + k + " next tokens", text + partial.text()));
        }

        @Override
        public int[] tokens(String text) {
            return other != null ? other.tokens(text) : LanguageModel.super.tokens(text);
        }

        /// Results are indexed by text, so the tokens do not matter.
        @Override
        public List<Step> reread(List<Step> path) {
            return other != null ? other.reread(path) : path;
        }

        @Override
        public void close() {}
    }

    private final class Reward implements RewardModel {
        private final int index;
        private final @Nullable RewardModel other;

        Reward(int index, @Nullable RewardModel other) {
            this.index = index;
            this.other = other;
        }

        @Override
        public ModelCard card() {
            return other != null ? other.card() : storedCard(Role.REWARD, index, 0);
        }

        @Override
        public CompletableFuture<Result.Scored> score(RewardModel.Call call) {
            String text = text(call.path());
            var found = scores.get(new ScoredPath(index, text, call.ended()));
            if (found != null) return CompletableFuture.completedFuture(found);
            return other != null ? other.score(call) : CompletableFuture.failedFuture(missing("scored the path", text));
        }

        @Override
        public void close() {}
    }
}
