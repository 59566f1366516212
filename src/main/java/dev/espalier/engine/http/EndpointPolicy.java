package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.engine.http.wire.Time;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.ModelCard;
import dev.espalier.model.PathNotice;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// A policy behind one or several OpenAI-compatible servers. Each call runs on a virtual thread, which waits for a
/// server with a free slot, sends the request, and retries if that is safe. Each call has its own seed, derived from
/// its key; its effect depends on the server (decision 0061).
public final class EndpointPolicy implements LanguageModel {
    /// Seeds are positive 31-bit numbers, which all servers accept.
    private static final long SEEDS = 1L << 31;

    private final Connection connection;
    private final Endpoint endpoint;
    private final RequestBuilder requests;
    private final ServerTemplate template;
    private final ModelCard card;
    private final Map<Question, Known> prompts = new ConcurrentHashMap<>();
    private final Map<Integer, String> spellings = new ConcurrentHashMap<>();
    private final PathNotice notice = new PathNotice();
    private final MissingReasons reasons = new MissingReasons();
    /// Calls without a request yet. Guarded by itself.
    private final Deque<Waiting> queue = new ArrayDeque<>();

    /// The values that determine a prompt.
    private record Question(String problem, String system) {}

    /// @param ids    of a prompt, empty if only its length is known
    /// @param length in tokens
    private record Known(int[] ids, int length) {}

    private static final class Waiting {
        final Call call;
        final CompletableFuture<Result.Sampled> future = new CompletableFuture<>();
        /// The request that includes this call, null while it waits.
        volatile @Nullable Group group;
        final Thread thread;

        Waiting(Call call, Function<Waiting, Thread> thread) {
            this.call = call;
            this.thread = thread.apply(this);
        }
    }

    /// Calls of one request. They differ only in their keys.
    private static final class Group {
        final List<Waiting> members = new CopyOnWriteArrayList<>();
        /// How often a finish reason was missing.
        final AtomicInteger missingReasons = new AtomicInteger();

        Waiting leader() {
            return members.getFirst();
        }

        List<Waiting> open() {
            return members.stream().filter(member -> !member.future.isDone()).toList();
        }
    }

    EndpointPolicy(Endpoint endpoint, ApiKey key) {
        this(endpoint, key, Time.REAL);
    }

    EndpointPolicy(Endpoint endpoint, ApiKey key, Time time) {
        this.endpoint = endpoint;
        connection = new Connection(endpoint, key, time);
        requests = connection.requests;
        template = new ServerTemplate(requests);
        card = connection.card(requests.api().name().toLowerCase(Locale.ROOT), requests.prompts());
        try {
            check();
        } catch (EspalierException e) {
            connection.close();
            throw e;
        }
    }

    private void check() {
        requests.server().refusal(requests.api()).ifPresent(reason -> {
            throw new EspalierException(reason + " for " + endpoint.name() + ".");
        });
        if (requests.api() == Endpoint.Api.TOKENS && !requests.server().acceptsTokenIds())
            throw new EspalierException(
                    "The server of %s does not accept token ids (it is %s); set \"api\": \"chat\" or \"completions\"."
                            .formatted(endpoint.name(), requests.server().word()));
    }

    @Override
    public ModelCard card() {
        return card;
    }

    /// What the opening found out about the servers, in sentences; "" for nothing worth a word.
    String notes() {
        if (requests.usesServerTemplate())
            return "Espalier continues paths as text, in the model's own template, which the server renders.";
        return connection.repeating.any()
                ? "The server repeats the assistant's unfinished turn in its answers; Espalier removes the repetition."
                : "";
    }

    @Override
    public CompletableFuture<Result.Sampled> generate(Call call) {
        var waiting = new Waiting(call, own -> {
            var group = new Group();
            return connection.thread(() -> serve(own, group), reason -> fail(group, own, reason));
        });
        var _ = waiting.future.whenComplete((_, _) -> abandon(waiting));
        synchronized (queue) {
            queue.add(waiting);
        }
        waiting.thread.start();
        return waiting.future;
    }

    @Override
    public CompletableFuture<Result.NextTokens> nextTokens(Call call, Step begun, int k) {
        if (begun.tokens().length == 0) return connection.ask(url -> next(url, call, k));
        var path = Stream.concat(call.path().stream(), Stream.of(begun)).toList();
        return connection.ask(url -> next(
                url,
                new Call(
                        call.prompt(),
                        path,
                        call.stopAtStep(),
                        call.generation(),
                        call.maxNewTokens(),
                        call.key(),
                        call.executed()),
                k));
    }

    private Result.NextTokens next(URI url, Call call, int k) throws Failure, InterruptedException {
        var prompt = requests.api() == Endpoint.Api.TOKENS ? promptIds(url, question(call), call) : null;
        if (room(prompt, call) < 1) return new Result.NextTokens(List.of(), Cost.NONE);
        var body = requests.next(requests.prompt(call, ids(prompt), text(url, call)), k);
        JsonNode answer;
        try {
            answer = connection.transport.post(Endpoint.under(url, requests.route()), body);
        } catch (Failure failure) {
            // At the end of the context there is no next token.
            if (call.path().isEmpty() || ContextRefusal.in(failure).isEmpty())
                throw RequestAdvice.on(failure, requests, body, call);
            return new Result.NextTokens(List.of(), Cost.NONE);
        }
        var choices = NextTokens.read(answer, k);
        for (var choice : choices) connection.transport.checkText(choice.text());
        if (requests.api() == Endpoint.Api.TOKENS) {
            var spelled = new ArrayList<Result.TokenChoice>();
            for (var choice : choices)
                spelled.add(NextTokens.of(choice.token(), spelling(url, choice.token()), choice.logProb()));
            choices = spelled;
        }
        int before = call.path().isEmpty()
                ? Math.max(
                        0,
                        connection.counts.prompt(answer.path("usage").path("prompt_tokens"), requests.characters(call))
                                - 1)
                : 0;
        return new Result.NextTokens(choices, new Cost(1, before + 1));
    }

    private String spelling(URI url, int id) throws Failure, InterruptedException {
        var known = spellings.get(id);
        if (known != null) return known;
        var body = JsonMapper.shared().createObjectNode().put("model", requests.model());
        body.putArray("tokens").add(id);
        known = connection
                .transport
                .post(Endpoint.beside(url, "detokenize"), body)
                .path("prompt")
                .asString("");
        connection.transport.checkText(known);
        spellings.put(id, known);
        return known;
    }

    @Override
    public int[] tokens(String text) {
        var future = connection.ask(url -> {
            var ids = Counts.ids(
                    connection
                            .transport
                            .post(Endpoint.beside(url, "tokenize"), requests.tokenize(text))
                            .path("tokens"),
                    text.length());
            if (ids.length == 0 && !text.isEmpty())
                throw new Failure(Failure.Kind.FINAL, "does not tokenize texts, so steps cannot be edited");
            return ids;
        });
        try {
            return future.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EspalierException reason ? reason : e;
        }
    }

    @Override
    public List<Step> reread(List<Step> path) {
        return requests.api() == Endpoint.Api.TOKENS ? LanguageModel.super.reread(path) : path;
    }

    /// Runs when a future completes: closes the request of a cancelled call.
    private void abandon(Waiting waiting) {
        if (!waiting.future.isCancelled()) return;
        var group = waiting.group;
        if (group != null) {
            if (group.open().isEmpty()) group.leader().thread.interrupt();
        } else if (removed(waiting)) {
            waiting.thread.interrupt();
        }
    }

    private boolean removed(Waiting waiting) {
        synchronized (queue) {
            return queue.remove(waiting);
        }
    }

    private void serve(Waiting own, Group group) throws InterruptedException {
        connection.pool.call(url -> {
            if (group.members.isEmpty()) gather(group, own);
            ask(url, group);
            return group;
        });
    }

    /// Fails the group's calls, except those that another group has taken over.
    private void fail(Group group, Waiting own, EspalierException reason) {
        if (group.members.isEmpty() && removed(own)) own.future.completeExceptionally(reason);
        for (var member : group.open()) member.future.completeExceptionally(reason);
    }

    /// Takes a call from the queue, with others that fit into the same request.
    private void gather(Group group, Waiting own) {
        synchronized (queue) {
            if (!queue.remove(own)) return;
            group.members.add(own);
            own.group = group;
            var others = queue.iterator();
            while (others.hasNext() && group.members.size() < endpoint.limits().samplesPerRequest()) {
                var other = others.next();
                if (!alike(own.call, other.call)) continue;
                others.remove();
                group.members.add(other);
                other.group = group;
                other.thread.interrupt();
            }
        }
    }

    private static boolean alike(Call a, Call b) {
        return a.stopAtStep() == b.stopAtStep()
                && a.maxNewTokens() == b.maxNewTokens()
                && a.generation().equals(b.generation())
                && a.prompt().equals(b.prompt())
                && a.path().equals(b.path());
    }

    private void ask(URI url, Group group) throws Failure, InterruptedException {
        var open = group.open();
        if (open.isEmpty()) return;
        var call = open.getFirst().call;
        var question = question(call);
        var prompt = requests.api() == Endpoint.Api.TOKENS ? promptIds(url, question, call) : prompts.get(question);
        int room = room(prompt, call);
        if (room < 1) {
            if (prompt != null && call.path().isEmpty())
                throw new EspalierException(
                        "The problem has %d tokens and the context of %s is %d, problem and solution together. Shorten the problem or choose a model with a longer context."
                                .formatted(prompt.length(), endpoint.name(), connection.context()));
            open.forEach(member -> member.future.complete(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE)));
            return;
        }
        var path = requests.prompt(call, ids(prompt), text(url, call));
        var answer = answer(url, path, call, Math.min(room, call.maxNewTokens()), open.size());
        if (answer.accumulator == null) {
            var result = new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE, answer.note);
            tell(result);
            open.forEach(member -> member.future.complete(result));
            return;
        }
        int promptTokens = connection.counts.prompt(answer.accumulator.promptTokens(), requests.characters(call));
        if (call.path().isEmpty() && prompt == null && promptTokens > 0)
            prompts.put(question, new Known(new int[0], promptTokens));
        complete(
                group,
                open,
                answer.accumulator,
                answer.limit,
                promptTokens < 0 && prompt != null ? prompt.length() : promptTokens);
    }

    /// @param accumulator null if the server has no room left for the path
    /// @param limit       the number of requested tokens
    /// @param note        why there is no room, "" if there is
    private record Answer(@Nullable ResponseAccumulator accumulator, int limit, String note) {}

    private Answer answer(URI url, ObjectNode path, Call call, int limit, int n) throws Failure, InterruptedException {
        var body = requests.sample(path, call, limit, seed(call.key()), n);
        try {
            return new Answer(stream(url, body, call, n), limit, "");
        } catch (Failure failure) {
            var refusal = ContextRefusal.in(failure);
            if (refusal.isEmpty()) throw RequestAdvice.on(failure, requests, body, call);
            // The path may fit with fewer new tokens, by the server's own numbers.
            int fits = refusal.get().fits().orElse(0);
            if (fits > 0 && fits < limit) return answer(url, path, call, fits, n);
            if (call.path().isEmpty()) throw RequestAdvice.onContext(failure);
            return new Answer(null, limit, noRoom(failure));
        }
    }

    private static String noRoom(Failure failure) {
        return "the server has no room left for it in its context: it " + failure.getMessage();
    }

    private ResponseAccumulator stream(URI url, ObjectNode body, Call call, int n)
            throws Failure, InterruptedException {
        var repetition = connection.repeating.of(requests, url, call, connection.transport);
        return connection.refused.send(body, sent -> {
            var accumulator = new ResponseAccumulator(n, call.maxNewTokens(), connection.transport::words, repetition);
            try {
                boolean ended = connection.transport.stream(
                        Endpoint.under(url, requests.route()),
                        sent,
                        n,
                        call.maxNewTokens(),
                        document -> taken(accumulator, document, call, n));
                if (ended) accumulator.end();
            } catch (Failure failure) {
                // A context that is full in the middle of a text keeps the text.
                if (!accumulator.holdsText() || ContextRefusal.in(failure).isEmpty()) throw failure;
                accumulator.cutOff(noRoom(failure));
            }
            return accumulator;
        });
    }

    /// Takes a part of the answer.
    private HttpTransport.Taken taken(ResponseAccumulator accumulator, JsonNode document, Call call, int n)
            throws Failure {
        var taken = accumulator.take(document) ? HttpTransport.Taken.SOMETHING : HttpTransport.Taken.NOTHING;
        boolean cut = requests.cut() || connection.refused.cutsSteps();
        if (!cut || !call.stopAtStep()) return taken;
        for (int i = 0; i < n; i++) {
            var choice = accumulator.choice(i);
            if (choice == null
                    || choice.finish().isEmpty()
                            && !choice.holds(call.generation().separator())) return taken;
        }
        return HttpTransport.Taken.ENOUGH;
    }

    private void complete(Group group, List<Waiting> open, ResponseAccumulator accumulator, int limit, int promptTokens)
            throws Failure {
        int given = 0;
        for (int i = 0; i < open.size(); i++) {
            var choice = accumulator.choice(i);
            var member = open.get(i);
            if (choice == null) continue;
            boolean stepEnds = member.call.stopAtStep()
                    && choice.holds(member.call.generation().separator());
            reasons.check(accumulator, choice, stepEnds, group.missingReasons);
            if (choice.lacksRepetition())
                throw new Failure(
                        Failure.Kind.FINAL,
                        "repeats the assistant's unfinished turn in its answers, but changed it in this one, so Espalier cannot tell which text is new",
                        "set \"api\": \"completions\" and the model's \"chat\" format in the endpoint's file");
            int usage = open.size() == 1
                    ? choice.onlyNew(connection.counts.generated(
                            accumulator.completionTokens(), member.call.maxNewTokens() + choice.repeatedTokens()))
                    : Counts.UNKNOWN;
            connection.transport.checkText(choice.text());
            if (requests.api() == Endpoint.Api.TOKENS && !Counts.spells(choice.ids(), choice.text()))
                throw new Failure(
                        Failure.Kind.FINAL,
                        "returns %d token ids for a text of %d characters"
                                .formatted(choice.ids(), choice.text().length()));
            var result = Continuation.of(member.call, choice, limit, accumulator.ended(), usage, promptTokens);
            tell(result);
            if (requests.api() == Endpoint.Api.TOKENS
                    && result.steps().stream()
                            .anyMatch(step -> Arrays.stream(step.tokens()).anyMatch(id -> id < 0)))
                throw new Failure(
                        Failure.Kind.FINAL,
                        "returns no token ids, which \"api\": \"tokens\" needs (vLLM returns them since version 0.10.2); set \"api\": \"chat\" or \"completions\"");
            member.future.complete(result);
            given++;
        }
        if (given == 0) throw new Failure(Failure.Kind.AGAIN, "returned an answer without text");
        if (given < open.size())
            throw new Failure(Failure.Kind.PART, "returned %d of %d texts".formatted(given, open.size()));
    }

    /// Tells the user once if a server's settings end paths.
    private void tell(Result.Sampled result) {
        if (!result.note().isEmpty())
            notice.tell("A path from the endpoint " + endpoint.name() + " ended: " + result.note(), "that end so");
    }

    /// The number of tokens that fit behind the path, as far as known.
    private int room(@Nullable Known prompt, Call call) {
        if (connection.context() == 0 || prompt == null) return call.maxNewTokens();
        return connection.context()
                - prompt.length()
                - call.path().stream().mapToInt(step -> step.tokens().length).sum();
    }

    private static int[] ids(@Nullable Known prompt) {
        return prompt == null ? new int[0] : prompt.ids();
    }

    /// The prompt's text, "" if requests do not have it as text.
    private String text(URI url, Call call) throws Failure, InterruptedException {
        if (requests.api() != Endpoint.Api.COMPLETIONS) return "";
        return requests.usesServerTemplate()
                ? template.prompt(url, call, connection.transport)
                : requests.rendered(call.prompt().text(), call.generation().systemPrompt());
    }

    private static Question question(Call call) {
        return new Question(call.prompt().text(), call.generation().systemPrompt());
    }

    private Known promptIds(URI url, Question question, Call call) throws Failure, InterruptedException {
        for (var step : call.path())
            for (int id : step.tokens())
                if (id < 0)
                    throw new EspalierException(
                            "This path has no token ids, which the endpoint %s needs to continue it. Start a new search."
                                    .formatted(endpoint.name()));
        var known = prompts.get(question);
        if (known != null) return known;
        var ids = Counts.ids(
                connection
                        .transport
                        .post(Endpoint.beside(url, "tokenize"), requests.tokenize(call))
                        .path("tokens"),
                requests.characters(call));
        if (ids.length == 0) throw new Failure(Failure.Kind.FINAL, "returns no token ids of the prompt");
        known = new Known(ids, ids.length);
        prompts.put(question, known);
        return known;
    }

    /// A request's seed, a fixed function of the call's key.
    static long seed(SampleKey key) {
        return (long) (key.uniform(0) * SEEDS);
    }

    @Override
    public void close() {
        connection.close();
    }
}
