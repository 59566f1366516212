package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.search.Cost;
import dev.espalier.search.Finish;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.ModelCard;
import dev.espalier.search.Result;
import dev.espalier.search.SampleKey;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A policy behind one or several OpenAI-compatible servers. Every call has a virtual thread, which waits for a server with room, asks it, and asks
/// again where that is safe. Each call has a seed of its own, made of its key; what a server makes of it is the server's (decision 0061).
public final class EndpointPolicy implements LanguageModel {
    /// Seeds are positive and fit into 31 bits: what all servers take.
    private static final long SEEDS = 1L << 31;

    private final Endpoint endpoint;
    private final Wire wire;
    private final Pool pool;
    private final Asking asking;
    private final ModelCard card;
    private final int context;
    private final Map<Question, Known> prompts = new ConcurrentHashMap<>();
    /// Calls that no request was made for yet. Guarded by itself.
    private final Deque<Waiting> queue = new ArrayDeque<>();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /// What a prompt depends on.
    private record Question(String problem, String system) {}

    /// @param ids    of a prompt, empty where only its length is known
    /// @param length in tokens
    private record Known(int[] ids, int length) {}

    private static final class Waiting {
        final Call call;
        final CompletableFuture<Result.Sampled> future = new CompletableFuture<>();
        /// The request that this call is part of, null while it waits.
        volatile @Nullable Group group;
        final Thread thread;

        Waiting(Call call, Consumer<Waiting> serve, String name) {
            this.call = call;
            thread = Thread.ofVirtual().name(name).unstarted(() -> serve.accept(this));
        }
    }

    /// Calls that one request asks for: they differ in nothing but their keys.
    private static final class Group {
        final Thread thread;
        final List<Waiting> members = new ArrayList<>();

        Group(Thread thread) {
            this.thread = thread;
        }

        List<Waiting> open() {
            return members.stream().filter(member -> !member.future.isDone()).toList();
        }
    }

    EndpointPolicy(Endpoint endpoint, ApiKey key) {
        this.endpoint = endpoint;
        wire = new Wire(key, endpoint.patience());
        try {
            var greeting = Greeting.of(endpoint, wire);
            asking = Asking.of(endpoint, greeting);
            check(greeting);
            context = endpoint.context() > 0 ? endpoint.context() : greeting.context();
            pool = new Pool(endpoint);
            long parameters = endpoint.parameters() > 0 ? endpoint.parameters() : greeting.parameters();
            card = new ModelCard(endpoint.name(), "", parameters, context, "%s (%s, %s)".formatted(endpoint.where(), greeting.server().word(), asking.api().name().toLowerCase(Locale.ROOT)),
                endpoint.separator(), endpoint.maxNewTokens());
        } catch (RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private void check(Greeting greeting) {
        if (asking.api() == Endpoint.Api.COMPLETIONS && greeting.server() == ServerKind.OLLAMA)
            throw new EspalierException("Ollama puts prompts of /v1/completions through the model's template, so a path cannot be continued with them; set \"api\": \"chat\" for " + endpoint.name() + ".");
        if (asking.api() == Endpoint.Api.TOKENS && !greeting.server().speaksIds())
            throw new EspalierException("The server of %s does not speak token ids (it is %s); set \"api\": \"chat\" or \"completions\".".formatted(endpoint.name(), greeting.server().word()));
    }

    @Override
    public ModelCard card() {
        return card;
    }

    @Override
    public CompletableFuture<Result.Sampled> generate(Call call) {
        var waiting = new Waiting(call, this::serve, "endpoint " + endpoint.name());
        waiting.future.whenComplete((_, _) -> abandon(waiting));
        synchronized (queue) {
            queue.add(waiting);
        }
        waiting.thread.start();
        return waiting.future;
    }

    /// Called when a future is complete: where a person cancelled it, its request is of no use to anybody.
    private void abandon(Waiting waiting) {
        if (!waiting.future.isCancelled()) return;
        var group = waiting.group;
        if (group != null) {
            if (group.open().isEmpty()) group.thread.interrupt();
        } else if (removed(waiting)) {
            waiting.thread.interrupt();
        }
    }

    private boolean removed(Waiting waiting) {
        synchronized (queue) {
            return queue.remove(waiting);
        }
    }

    private void serve(Waiting waiting) {
        var group = new Group(Thread.currentThread());
        threads.add(group.thread);
        try {
            if (closed) throw closing();
            pool.call(url -> {
                if (group.members.isEmpty()) gather(group, waiting);
                ask(url, group);
                return group;
            });
        } catch (InterruptedException e) {
            fail(group, waiting, closing());
        } catch (EspalierException e) {
            fail(group, waiting, e);
        } catch (RuntimeException e) {
            System.getLogger(EndpointPolicy.class.getName()).log(System.Logger.Level.ERROR, "a request to " + endpoint.name() + " ended", e);
            fail(group, waiting, new EspalierException("The request to the endpoint %s broke (%s); the log says more.".formatted(endpoint.name(), e), e));
        } finally {
            threads.remove(group.thread);
        }
    }

    /// Fails what the group asked for. What another group has taken over is that group's.
    private void fail(Group group, Waiting own, EspalierException reason) {
        if (group.members.isEmpty() && removed(own)) own.future.completeExceptionally(reason);
        for (var member : group.open()) member.future.completeExceptionally(reason);
    }

    private EspalierException closing() {
        return new EspalierException("The endpoint " + endpoint.name() + " was closed; open it again to go on.");
    }

    /// Takes a call from the queue, with others that can be asked for in the same request.
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
        return a.stopAtStep() == b.stopAtStep() && a.maxNewTokens() == b.maxNewTokens() && a.generation().equals(b.generation()) && a.problem().equals(b.problem()) && a.path().equals(b.path());
    }

    private void ask(URI url, Group group) throws Failure, InterruptedException {
        var open = group.open();
        if (open.isEmpty()) return;
        var call = open.getFirst().call;
        var question = new Question(call.problem(), call.generation().systemPrompt());
        var prompt = asking.api() == Endpoint.Api.TOKENS ? promptIds(url, question, call) : prompts.get(question);
        int room = room(prompt, call);
        if (room < 1) {
            if (prompt != null && call.path().isEmpty())
                throw new Failure(Failure.Kind.FINAL, "has a context of " + context + " tokens and the problem has " + prompt.length() + ": shorten the problem or choose a model with a longer context");
            open.forEach(member -> member.future.complete(new Result.Sampled(List.of(), Finish.LENGTH, Cost.NONE)));
            return;
        }
        var body = asking.sample(asking.prompt(call, prompt == null ? new int[0] : prompt.ids()), call, Math.min(room, call.maxNewTokens()), seed(call.key()), open.size());
        var gathered = new Gathered(open.size());
        wire.stream(Endpoint.under(url, asking.route()), body, document -> taken(gathered, document, call, open.size()));
        if (call.path().isEmpty() && prompt == null && gathered.promptTokens() > 0) prompts.put(question, new Known(new int[0], gathered.promptTokens()));
        complete(open, gathered, gathered.promptTokens() < 0 && prompt != null ? prompt.length() : gathered.promptTokens());
    }

    /// Takes a piece of the answer; whether more is wanted.
    private boolean taken(Gathered gathered, JsonNode document, Call call, int n) throws Failure {
        gathered.take(document);
        if (!asking.cut() || !call.stopAtStep()) return true;
        for (int i = 0; i < n; i++) {
            var choice = gathered.choice(i);
            if (choice == null || choice.finish().isEmpty() && !choice.holds(call.generation().separator())) return true;
        }
        return false;
    }

    private void complete(List<Waiting> open, Gathered gathered, int promptTokens) throws Failure {
        int given = 0;
        for (int i = 0; i < open.size(); i++) {
            var choice = gathered.choice(i);
            if (choice == null) continue;
            var member = open.get(i);
            int usage = open.size() == 1 ? gathered.completionTokens() : -1;
            var result = Continuation.of(member.call, choice, usage, promptTokens);
            if (asking.api() == Endpoint.Api.TOKENS && result.steps().stream().anyMatch(step -> Arrays.stream(step.tokens()).anyMatch(id -> id < 0)))
                throw new Failure(Failure.Kind.FINAL, "gives no token ids, which \"api\": \"tokens\" needs (vLLM gives them from version 0.10.2 on); set \"api\": \"chat\" or \"completions\"");
            member.future.complete(result);
            given++;
        }
        if (given == 0) throw new Failure(Failure.Kind.AGAIN, "gave an answer without a text");
        if (given < open.size()) throw new Failure(Failure.Kind.PART, "gave %d of %d texts".formatted(given, open.size()));
    }

    /// How many tokens fit behind the path, as far as that is known.
    private int room(@Nullable Known prompt, Call call) {
        if (context == 0 || prompt == null) return call.maxNewTokens();
        return context - prompt.length() - call.path().stream().mapToInt(step -> step.tokens().length).sum();
    }

    private Known promptIds(URI url, Question question, Call call) throws Failure, InterruptedException {
        for (var step : call.path()) for (int id : step.tokens())
            if (id < 0) throw new Failure(Failure.Kind.FINAL, "cannot continue this path: it was made without token ids. Start a new search");
        var known = prompts.get(question);
        if (known != null) return known;
        var ids = Asking.ids(wire.post(Endpoint.beside(url, "tokenize"), asking.tokenize(call)).path("tokens"));
        if (ids.length == 0) throw new Failure(Failure.Kind.FINAL, "gives no token ids of the prompt");
        known = new Known(ids, ids.length);
        prompts.put(question, known);
        return known;
    }

    /// The seed that a request is sent with: a fixed function of the call's key.
    static long seed(SampleKey key) {
        return (long) (key.uniform(0) * SEEDS);
    }

    @Override
    public void close() {
        closed = true;
        List<Waiting> left;
        synchronized (queue) {
            left = List.copyOf(queue);
            queue.clear();
        }
        left.forEach(waiting -> waiting.future.completeExceptionally(closing()));
        threads.forEach(Thread::interrupt);
        wire.close();
    }
}
