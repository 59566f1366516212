package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.model.Cost;
import dev.espalier.model.ModelCard;
import dev.espalier.model.PathNotice;
import dev.espalier.model.Result;
import dev.espalier.model.RewardModel;
import dev.espalier.model.Step;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.DoubleStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A reward model behind one or several vLLM servers (`vllm serve … --runner pooling`). `/pooling` returns numbers
/// inside the text, `/classify` one set of numbers per text. The endpoint's [Endpoint.Scores] says how they become one
/// score per step.
public final class EndpointReward implements RewardModel {
    /// The fields in which servers return the numbers of a text.
    private static final List<String> NUMBERS = List.of("probs", "embedding", "scores", "logits", "score");

    private final Connection connection;
    private final Endpoint endpoint;
    private final Endpoint.Scores scores;
    private final RequestBuilder requests;
    private final ModelCard card;
    private final PathNotice notice = new PathNotice();

    EndpointReward(Endpoint endpoint, ApiKey key) {
        this.endpoint = endpoint;
        scores = endpoint.scores();
        if (endpoint.chat() == null
                && (scores.rows() == Endpoint.Scores.Rows.TOKENS
                        || scores.route().equals("classify")))
            throw new EspalierException(
                    "The endpoint %s needs \"chat\" in its file, the format of the text before the solution, to be read by token or by step."
                            .formatted(endpoint.name()));
        connection = new Connection(endpoint, key, Time.REAL);
        requests = connection.requests;
        card = connection.card(scores.route(), "");
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public CompletableFuture<Result.Scored> score(Call call) {
        var steps = call.path().stream()
                .map(Step::text)
                .filter(text -> !text.isEmpty())
                .toList();
        if (steps.isEmpty()) return CompletableFuture.completedFuture(new Result.Scored(List.of(), Cost.NONE));
        return connection.ask(url -> {
            try {
                return scores.route().equals("classify")
                        ? classify(url, call.problem().text(), steps)
                        : pooling(url, call.problem().text(), steps);
            } catch (Failure failure) {
                if (ContextRefusal.in(failure).isEmpty()) throw failure;
                var why = "the reward model " + endpoint.name() + " " + failure.getMessage();
                notice.tell("A path has no score: " + why, "without a score");
                return Result.Scored.missing(why);
            }
        });
    }

    private JsonNode post(URI url, ObjectNode body) throws Failure, InterruptedException {
        return connection.refused.send(body, sent -> connection.transport.postForAny(url, sent));
    }

    private Result.Scored pooling(URI url, String problem, List<String> steps) throws Failure, InterruptedException {
        var body = body();
        int[] ids = {};
        if (scores.rows() == Endpoint.Scores.Rows.TOKENS) {
            var text = text(problem, steps);
            ids = Counts.ids(
                    connection
                            .transport
                            .post(Endpoint.beside(url, "tokenize"), requests.tokenize(text))
                            .path("tokens"),
                    text.length());
            var input = body.putArray("input");
            for (int id : ids) input.add(id);
        } else if (endpoint.chat() == null) {
            var messages = body.put("add_generation_prompt", false).putArray("messages");
            if (!endpoint.systemPrompt().isEmpty())
                messages.addObject().put("role", "system").put("content", endpoint.systemPrompt());
            messages.addObject().put("role", "user").put("content", problem);
            messages.addObject().put("role", "assistant").put("content", solution(steps));
        } else {
            body.put("input", text(problem, steps));
        }
        var answer = post(Endpoint.beside(url, "pooling"), body);
        var rows = answer.path("data").path(0).path("data").valueStream().toList();
        if (scores.rows() == Endpoint.Scores.Rows.TOKENS) rows = atSteps(rows, ids);
        return scored(rows, steps.size(), answer, length(problem, steps));
    }

    private List<JsonNode> atSteps(List<JsonNode> rows, int[] ids) throws Failure {
        if (rows.size() != ids.length)
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returned %d rows for %d tokens; its pooling type must be ALL for \"rows\": \"tokens\""
                            .formatted(rows.size(), ids.length));
        var at = new ArrayList<JsonNode>();
        for (int i = 0; i < ids.length; i++) if (ids[i] == scores.stepToken()) at.add(rows.get(i));
        return at;
    }

    private Result.Scored classify(URI url, String problem, List<String> steps) throws Failure, InterruptedException {
        var body = body();
        var input = body.putArray(requests.server().classifiedField());
        for (int count = 1; count <= steps.size(); count++) input.add(text(problem, steps.subList(0, count)));
        var answer = post(Endpoint.beside(url, "classify"), body);
        return scored(classified(answer), steps.size(), answer, steps.size() * length(problem, steps));
    }

    /// The numbers of each text: in `data` with an index (vLLM), or a list in the order of the texts (SGLang).
    private static List<JsonNode> classified(JsonNode answer) {
        var list = answer.isArray() ? answer : answer.path("data");
        return list.valueStream()
                .sorted(Comparator.comparingInt(row -> row.path("index").asInt(0)))
                .map(row -> NUMBERS.stream()
                        .map(row::path)
                        .filter(numbers -> numbers.isArray() || numbers.isNumber())
                        .findFirst()
                        .orElse(row))
                .toList();
    }

    /// The server's count of the tokens of all texts.
    private static JsonNode tokens(JsonNode answer) {
        if (!answer.isArray()) return answer.path("usage").path("prompt_tokens");
        return JsonMapper.shared()
                .getNodeFactory()
                .numberNode(answer.valueStream()
                        .mapToLong(row ->
                                row.path("meta_info").path("prompt_tokens").asLong(0))
                        .sum());
    }

    private long length(String problem, List<String> steps) {
        return problem.length()
                + endpoint.systemPrompt().length()
                + (long) solution(steps).length()
                + scores.suffix().length();
    }

    private ObjectNode body() {
        var body = JsonMapper.shared().createObjectNode().put("model", requests.model());
        if (endpoint.chat() != null) body.put("add_special_tokens", false);
        return requests.extra(body);
    }

    private Result.Scored scored(List<JsonNode> rows, int steps, JsonNode answer, long characters) throws Failure {
        if (rows.size() != steps)
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returned %d scores for %d steps; \"scores\" in its file must fit the model (rows, step_end) and no step may hold the step's end itself"
                            .formatted(rows.size(), steps));
        var scores = new ArrayList<Double>();
        for (var row : rows) scores.add(score(row));
        return new Result.Scored(
                scores, new Cost(0, Math.max(0, connection.counts.prompt(tokens(answer), characters))));
    }

    private double score(JsonNode row) throws Failure {
        var numbers = row.isNumber()
                ? new double[] {row.asDouble()}
                : row.valueStream()
                        .mapToDouble(number -> number.asDouble(Double.NaN))
                        .toArray();
        if (scores.column() >= numbers.length)
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returns %d numbers per row and \"column\" is %d, counted from 0"
                            .formatted(numbers.length, scores.column()));
        double chosen = numbers[scores.column()];
        double score = switch (scores.activation()) {
            case NONE -> chosen;
            case SIGMOID -> 1 / (1 + Math.exp(-chosen));
            case SOFTMAX ->
                1
                        / DoubleStream.of(numbers)
                                .map(other -> Math.exp(other - chosen))
                                .sum();
        };
        if (!(score >= 0 && score <= 1))
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returned the score " + score
                            + ", which is not a probability; set \"activation\" (sigmoid, softmax) in \"scores\"");
        return score;
    }

    private String text(String problem, List<String> steps) {
        return requests.rendered(problem, endpoint.systemPrompt()) + solution(steps) + scores.suffix();
    }

    /// The steps, each with the model's own step end instead of the separator.
    private String solution(List<String> steps) {
        var solution = new StringBuilder();
        for (var step : steps) {
            boolean replaced = !scores.stepEnd().isEmpty() && step.endsWith(endpoint.separator());
            solution.append(
                            replaced
                                    ? step.substring(
                                            0,
                                            step.length() - endpoint.separator().length())
                                    : step)
                    .append(scores.stepEnd());
        }
        return solution.toString();
    }

    @Override
    public void close() {
        connection.close();
    }
}
