package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.search.Cost;
import dev.espalier.search.ModelCard;
import dev.espalier.search.Result;
import dev.espalier.search.RewardModel;
import dev.espalier.search.Step;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A reward model behind one or several vLLM servers (`vllm serve … --runner pooling`): `/pooling` gives numbers inside the text, `/classify` one
/// set of numbers a text. How they become one score a step is the endpoint's [Endpoint.ReadOut].
public final class EndpointReward implements RewardModel {
    private final Endpoint endpoint;
    private final Endpoint.ReadOut readOut;
    private final Wire wire;
    private final Pool pool;
    private final Asking asking;
    private final ModelCard card;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    EndpointReward(Endpoint endpoint, ApiKey key) {
        this.endpoint = endpoint;
        readOut = endpoint.readOut();
        wire = new Wire(key, endpoint.patience());
        try {
            var greeting = Greeting.of(endpoint, wire);
            asking = Asking.of(endpoint, greeting);
            if (endpoint.prompt().isEmpty() && (readOut.rows() == Endpoint.ReadOut.Rows.TOKENS || readOut.route().equals("classify")))
                throw new EspalierException("The endpoint %s needs \"chat\": {\"prompt\": …} in its file, the text before the solution, to be read by token or by step.".formatted(endpoint.name()));
            pool = new Pool(endpoint);
            card = new ModelCard(endpoint.name(), "", endpoint.parameters() > 0 ? endpoint.parameters() : greeting.parameters(), endpoint.context() > 0 ? endpoint.context() : greeting.context(),
                "%s (%s, %s)".formatted(endpoint.where(), greeting.server().word(), readOut.route()), endpoint.separator(), endpoint.maxNewTokens());
        } catch (RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public CompletableFuture<Result.Scored> score(Call call) {
        var future = new CompletableFuture<Result.Scored>();
        var steps = call.path().stream().map(Step::text).filter(text -> !text.isEmpty()).toList();
        if (steps.isEmpty()) {
            future.complete(new Result.Scored(List.of(), Cost.NONE));
            return future;
        }
        var thread = Thread.ofVirtual().name("endpoint " + endpoint.name()).unstarted(() -> serve(call.problem(), steps, future));
        future.whenComplete((_, _) -> {
            if (future.isCancelled()) thread.interrupt();
        });
        thread.start();
        return future;
    }

    private void serve(String problem, List<String> steps, CompletableFuture<Result.Scored> future) {
        threads.add(Thread.currentThread());
        try {
            if (closed) throw closing();
            future.complete(pool.call(url -> readOut.route().equals("classify") ? classify(url, problem, steps) : pooling(url, problem, steps)));
        } catch (InterruptedException e) {
            future.completeExceptionally(closing());
        } catch (EspalierException e) {
            future.completeExceptionally(e);
        } catch (RuntimeException e) {
            System.getLogger(EndpointReward.class.getName()).log(System.Logger.Level.ERROR, "a request to " + endpoint.name() + " ended", e);
            future.completeExceptionally(new EspalierException("The request to the endpoint %s broke (%s); the log says more.".formatted(endpoint.name(), e), e));
        } finally {
            threads.remove(Thread.currentThread());
        }
    }

    private EspalierException closing() {
        return new EspalierException("The endpoint " + endpoint.name() + " was closed; open it again to go on.");
    }

    private Result.Scored pooling(URI url, String problem, List<String> steps) throws Failure, InterruptedException {
        var body = body();
        int[] ids = {};
        if (readOut.rows() == Endpoint.ReadOut.Rows.TOKENS) {
            ids = Asking.ids(wire.post(Endpoint.beside(url, "tokenize"), asking.tokenize(text(problem, steps))).path("tokens"));
            var input = body.putArray("input");
            for (int id : ids) input.add(id);
        } else if (endpoint.prompt().isEmpty()) {
            var messages = body.put("add_generation_prompt", false).putArray("messages");
            if (!endpoint.systemPrompt().isEmpty()) messages.addObject().put("role", "system").put("content", endpoint.systemPrompt());
            messages.addObject().put("role", "user").put("content", problem);
            messages.addObject().put("role", "assistant").put("content", solution(steps));
        } else {
            body.put("input", text(problem, steps));
        }
        var answer = wire.post(Endpoint.beside(url, "pooling"), body);
        var rows = answer.path("data").path(0).path("data").valueStream().toList();
        if (readOut.rows() == Endpoint.ReadOut.Rows.TOKENS) rows = atSteps(rows, ids);
        return scored(rows, steps.size(), answer);
    }

    private List<JsonNode> atSteps(List<JsonNode> rows, int[] ids) throws Failure {
        if (rows.size() != ids.length) throw new Failure(Failure.Kind.FINAL, "gave %d rows for %d tokens; its pooling type must be ALL for \"rows\": \"tokens\"".formatted(rows.size(), ids.length));
        var at = new ArrayList<JsonNode>();
        for (int i = 0; i < ids.length; i++) if (ids[i] == readOut.stepToken()) at.add(rows.get(i));
        return at;
    }

    private Result.Scored classify(URI url, String problem, List<String> steps) throws Failure, InterruptedException {
        var body = body();
        var input = body.putArray("input");
        for (int count = 1; count <= steps.size(); count++) input.add(text(problem, steps.subList(0, count)));
        var answer = wire.post(Endpoint.beside(url, "classify"), body);
        return scored(answer.path("data").valueStream().sorted(java.util.Comparator.comparingInt(row -> row.path("index").asInt(0))).map(row -> row.path("probs")).toList(), steps.size(), answer);
    }

    private ObjectNode body() {
        var body = JsonMapper.shared().createObjectNode().put("model", asking.model());
        if (!endpoint.prompt().isEmpty()) body.put("add_special_tokens", false);
        if (!endpoint.extra().isEmpty()) JsonMapper.shared().readTree(endpoint.extra()).forEachEntry(body::set);
        return body;
    }

    private Result.Scored scored(List<JsonNode> rows, int steps, JsonNode answer) throws Failure {
        if (rows.size() != steps)
            throw new Failure(Failure.Kind.FINAL, "gave %d scores for %d steps; \"scores\" in its file must fit the model (rows, step_end) and no step may hold the step's end itself".formatted(rows.size(), steps));
        var scores = new ArrayList<Double>();
        for (var row : rows) scores.add(score(row));
        return new Result.Scored(scores, new Cost(0, Math.max(0, answer.path("usage").path("prompt_tokens").asInt(0))));
    }

    private double score(JsonNode row) throws Failure {
        var numbers = row.isNumber() ? new double[] {row.asDouble()} : row.valueStream().mapToDouble(number -> number.asDouble(Double.NaN)).toArray();
        if (readOut.column() >= numbers.length) throw new Failure(Failure.Kind.FINAL, "gives %d numbers a row and \"column\" is %d, counted from 0".formatted(numbers.length, readOut.column()));
        double chosen = numbers[readOut.column()];
        double score = switch (readOut.activation()) {
            case NONE -> chosen;
            case SIGMOID -> 1 / (1 + Math.exp(-chosen));
            case SOFTMAX -> 1 / DoubleStream.of(numbers).map(other -> Math.exp(other - chosen)).sum();
        };
        if (!(score >= 0 && score <= 1)) throw new Failure(Failure.Kind.FINAL, "gave the score " + score + ", which is no probability; set \"activation\" (sigmoid, softmax) in \"scores\"");
        return score;
    }

    private String text(String problem, List<String> steps) {
        return Asking.render(endpoint.prompt(), problem, endpoint.systemPrompt()) + solution(steps) + readOut.suffix();
    }

    /// The steps, each with the model's own end in place of the separator.
    private String solution(List<String> steps) {
        var solution = new StringBuilder();
        for (var step : steps) {
            boolean replaced = !readOut.stepEnd().isEmpty() && step.endsWith(endpoint.separator());
            solution.append(replaced ? step.substring(0, step.length() - endpoint.separator().length()) : step).append(readOut.stepEnd());
        }
        return solution.toString();
    }

    @Override
    public void close() {
        closed = true;
        threads.forEach(Thread::interrupt);
        wire.close();
    }
}
