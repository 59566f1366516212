package dev.espalier.engine.http;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.endpoint.ApiKey;
import dev.espalier.engine.http.endpoint.Endpoint;
import dev.espalier.engine.http.endpoint.Keyring;
import dev.espalier.engine.http.wire.Failure;
import dev.espalier.engine.http.wire.HttpTransport;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Opens models behind HTTP. Opening asks the servers which models they have. Callers close the opened models.
public final class Endpoints {
    private static final Duration HEALTH = Duration.ofSeconds(3);
    private static final Duration ASKING = Duration.ofSeconds(10);

    private Endpoints() {}

    /// @param withheld why the servers get no key, and what to do; "" if they may have the key that the endpoint
    ///                 names
    /// @throws EspalierException if no server answers, the model is missing, or a key is missing
    public static LanguageModel policy(Endpoint endpoint, String withheld) {
        return new EndpointPolicy(endpoint, key(endpoint, withheld));
    }

    /// @param withheld why the servers get no key, and what to do; "" if they may have the key that the endpoint
    ///                 names
    /// @throws EspalierException if no server answers, the model is missing, or a key is missing
    public static RewardModel reward(Endpoint endpoint, String withheld) {
        return new EndpointReward(endpoint, key(endpoint, withheld));
    }

    static ApiKey key(Endpoint endpoint, String withheld) {
        return withheld.isEmpty()
                ? ApiKey.read(endpoint.key(), endpoint.urls(), System::getenv, Keyring::read)
                : ApiKey.withheld(withheld);
    }

    /// Whether an endpoint is available: "" if its servers answer, otherwise a sentence. Sends no key, so that
    /// listing models sends no keys.
    ///
    /// @param withheld why the servers get no key; "" if they may have the key that the endpoint names
    public static String health(Endpoint endpoint, String withheld) {
        var timeouts = new Endpoint.Timeouts(HEALTH, HEALTH, HEALTH, 1, HEALTH, HEALTH);
        try (var transport =
                new HttpTransport(withheld.isEmpty() ? ApiKey.NONE : ApiKey.withheld(withheld), timeouts)) {
            ServerProbe.of(endpoint, transport);
            return "";
        } catch (EspalierException e) {
            // The server is up and requires a key, which it gets when the model is opened.
            boolean locked = e.getCause() instanceof Failure failure && failure.locked();
            return locked && withheld.isEmpty() ? "" : e.getMessage();
        }
    }

    /// The part of an endpoint that is wrong.
    public enum Part {
        ADDRESS,
        MODEL,
        API,
        KEY
    }

    /// @param part    null if the endpoint can be used
    /// @param message what was found, or what is wrong
    /// @param models  the models that the servers list
    public record Answer(@Nullable Part part, String message, List<String> models) {}

    /// Checks an endpoint by asking its servers, with its key.
    public static Answer ask(Endpoint endpoint) {
        ApiKey key;
        try {
            key = key(endpoint, "");
        } catch (EspalierException e) {
            return new Answer(Part.KEY, e.getMessage(), List.of());
        }
        Answer answer;
        try (var transport = new HttpTransport(key, new Endpoint.Timeouts(ASKING, ASKING, ASKING, 1, ASKING, ASKING))) {
            answer = ServerProbe.answer(endpoint, transport);
        }
        if (answer.part != null) return answer;
        try {
            if (endpoint.kind() == ModelFolder.Kind.POLICY) {
                try (var policy = new EndpointPolicy(endpoint, key)) {
                    return new Answer(null, (answer.message + " " + policy.notes()).strip(), answer.models);
                }
            }
            new EndpointReward(endpoint, key).close();
            return answer;
        } catch (EspalierException e) {
            return new Answer(Part.API, e.getMessage(), answer.models);
        }
    }

    /// Checks that the endpoint is of the needed kind.
    public static Endpoint checked(Endpoint endpoint, ModelFolder.Kind kind) {
        if (endpoint.kind() == kind) return endpoint;
        throw new EspalierException("The endpoint \"%s\" is a %s, and a %s is needed here."
                .formatted(endpoint.name(), endpoint.kind().word(), kind.word()));
    }
}
