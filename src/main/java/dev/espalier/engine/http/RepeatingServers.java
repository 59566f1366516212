package dev.espalier.engine.http;

import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.engine.http.wire.HttpTransport.Taken;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Knows which servers of an endpoint repeat the assistant's unfinished turn at the head of their answers (decision
/// 0111). Asks each server once, for one token behind a turn of many tokens: a model cannot generate the turn, so a
/// server whose answer begins with it repeats it. Remembers the servers until the endpoint is closed. Thread-safe.
final class RepeatingServers {
    /// Many tokens in every vocabulary. It ends like a step, so that a server that trims is recognised too.
    static final String TURN = "Crate 90417 holds quartz, crate 22865 holds fennel, crate 63190 holds umber.\n\n";

    private static final LanguageModel.Call PROBE = new LanguageModel.Call(
            "List what the crates hold.",
            List.of(Step.of(TURN, new int[] {-1}, new float[] {Float.NaN})),
            false,
            new Generation(0, 1, 1, "\n\n", ""),
            1,
            SampleKey.of(0, "repetition", List.of()));

    private final Map<URI, Boolean> known = new ConcurrentHashMap<>();
    private final RefusedFields refused;

    RepeatingServers(RefusedFields refused) {
        this.refused = refused;
    }

    /// Asks the servers. A server that does not answer is asked again before the first path that it continues, and so
    /// are those behind it.
    void ask(RequestBuilder requests, List<URI> urls, HttpTransport transport) throws InterruptedException {
        for (var url : urls) {
            try {
                repeats(requests, url, transport);
            } catch (Failure failure) {
                // The request that needs to know reports it.
                if (failure.kind == Failure.Kind.AGAIN) return;
            }
        }
    }

    /// Whether a server is known to repeat turns.
    boolean any() {
        return known.containsValue(true);
    }

    /// What the server's answer to a call may repeat.
    Repetition of(RequestBuilder requests, URI url, LanguageModel.Call call, HttpTransport transport)
            throws Failure, InterruptedException {
        if (requests.api() != Endpoint.Api.CHAT || call.path().isEmpty()) return Repetition.NONE;
        return repeats(requests, url, transport) ? Repetition.of(Step.text(call.path())) : Repetition.NONE;
    }

    private boolean repeats(RequestBuilder requests, URI url, HttpTransport transport)
            throws Failure, InterruptedException {
        var remembered = known.get(url);
        if (remembered != null) return remembered;
        boolean repeats;
        try {
            repeats = probe(requests, url, transport);
        } catch (Failure failure) {
            if (failure.kind != Failure.Kind.FINAL) throw failure;
            repeats = false;
        }
        known.put(url, repeats);
        return repeats;
    }

    private boolean probe(RequestBuilder requests, URI url, HttpTransport transport)
            throws Failure, InterruptedException {
        var body = requests.sample(requests.prompt(PROBE, new int[0], ""), PROBE, 1, 0, 1);
        return refused.send(body, sent -> {
            var accumulator = new ResponseAccumulator(1, 1, transport::words, Repetition.of(TURN));
            transport.stream(Endpoint.under(url, requests.route()), sent, 1, 1, document -> {
                boolean brought = accumulator.take(document);
                var choice = accumulator.choice(0);
                if (choice != null && choice.isSettled()) return Taken.ENOUGH;
                return brought ? Taken.SOMETHING : Taken.NOTHING;
            });
            var choice = accumulator.choice(0);
            return choice != null && !choice.repeated().isEmpty();
        });
    }
}
