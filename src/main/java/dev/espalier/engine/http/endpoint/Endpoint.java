package dev.espalier.engine.http.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A model behind HTTP, as its file describes it. It holds where a key is to be found, never a key.
///
/// @param urls         of the API, usually ending in `/v1`; all serve the same model
/// @param model        its name there; "" for the only one there is
/// @param server       null to ask the server
/// @param api          null for the best that the server has (see [Api])
/// @param stop         how a step's end is found
/// @param key          name of an environment variable, `keyring:ACCOUNT`, or "" for none
/// @param stream       whether tokens are to come as they are made
/// @param extra        a JSON object of fields that go into every request; "" for none
/// @param chat         the model's chat format; null where the server applies its own
/// @param context      longest sequence in tokens; 0 to ask the server
/// @param parameters   number of parameters, 0 where unknown
/// @param scores      how a reward model's answers become scores
public record Endpoint(String name, ModelFolder.Kind kind, String description, List<URI> urls, String model, @Nullable ServerKind server, @Nullable Api api, Stop stop,
                       String key, Limits limits, Timeouts timeouts, boolean stream, String extra, @Nullable ChatFormat chat, String separator, String systemPrompt,
                       int maxNewTokens, int context, long parameters, Scores scores) {

    private static final Pattern ADDRESS = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

    /// How a path is put to the server.
    public enum Api {
        /// `/v1/completions` with token ids; the prompt's ids come from the server's `/tokenize`. Exact.
        TOKENS,
        /// `/v1/completions` with text; the server tokenises it anew at every step.
        COMPLETIONS,
        /// `/v1/chat/completions` with the path as an unfinished assistant's turn; the server applies its template.
        CHAT
    }

    /// How a step's end is found.
    public enum Stop {
        /// By the server where it can keep the separator in its answer, else as [#CUT].
        AUTO,
        /// By the server.
        SERVER,
        /// By Espalier: it reads the stream and closes it behind the separator. Works with every server.
        CUT
    }

    /// @param concurrency       requests at once, for each server
    /// @param requestsPerMinute for each server, 0 for no limit
    /// @param samplesPerRequest how many samples of the same path one request may ask for (`n`)
    public record Limits(int concurrency, int requestsPerMinute, int samplesPerRequest) {
        public static final Limits DEFAULT = new Limits(64, 0, 1);
    }

    /// @param connect  to open a connection
    /// @param silence  to the answer's first byte, and between its bytes
    /// @param whole    for a request; of a stream, to each further piece
    /// @param attempts of one request before the search fails
    /// @param giveUp   so long after every server has failed a request once, whatever the attempts
    /// @param backOff  before the second attempt; doubled for each further, up to 60 times as much
    public record Timeouts(Duration connect, Duration silence, Duration whole, int attempts, Duration giveUp, Duration backOff) {
        /// How long a server that has never answered is waited for, where the person says nothing else: what never worked hardly waits for its turn.
        private static final Duration FIRST = Duration.ofSeconds(40);
        public static final Timeouts DEFAULT = new Timeouts(Duration.ofSeconds(5), Duration.ofSeconds(120), Duration.ofMinutes(20), 6, Duration.ofSeconds(40), Duration.ofMillis(500));

        /// The same until the first answer.
        ///
        /// @return these where the person has given any of them
        public Timeouts first() {
            return equals(DEFAULT) ? new Timeouts(connect, FIRST, FIRST, attempts, giveUp, backOff) : this;
        }
    }

    /// How a reward model's answers become one score a step.
    ///
    /// @param route      `pooling` (scores inside the text) or `classify` (one score a text: every step's path is a text of its own)
    /// @param stepEnd    put behind every step in place of its separator; "" leaves steps as they are
    /// @param rows       what `pooling` returns a row for
    /// @param stepToken  the id that ends a step, for rows of tokens
    /// @param column     which of a row's numbers
    /// @param activation what is applied to the numbers
    /// @param suffix     put behind the solution
    public record Scores(String route, String stepEnd, Rows rows, int stepToken, int column, Activation activation, String suffix) {
        public enum Rows { STEPS, TOKENS }

        public enum Activation { NONE, SIGMOID, SOFTMAX }

        /// Qwen2.5-Math-PRM on vLLM: a row of two class probabilities for each step, the second for a right one.
        public static final Scores DEFAULT = new Scores("pooling", "<extra_0>", Rows.STEPS, -1, 1, Activation.NONE, "");
    }

    public Endpoint {
        urls = List.copyOf(urls);
    }

    /// The same with a key.
    public Endpoint withKey(String source) {
        ApiKey.checkName(source);
        return new Endpoint(name, kind, description, urls, model, server, api, stop, source, limits, timeouts, stream, extra, chat, separator, systemPrompt, maxNewTokens, context, parameters, scores);
    }

    /// A policy named on the command line: `http://host:8000/v1#model`; behind `#` the model's name, which may be left out where the server has one model.
    public static Endpoint named(String address) {
        int hash = address.indexOf('#');
        var url = url(hash < 0 ? address : address.substring(0, hash), address);
        return new Endpoint(address, ModelFolder.Kind.POLICY, "", List.of(url), hash < 0 ? "" : address.substring(hash + 1), null, null, Stop.AUTO, "", Limits.DEFAULT,
            Timeouts.DEFAULT, true, "", null, "\n\n", "", 2048, 0, 0, Scores.DEFAULT);
    }

    /// Whether a model's name is an address, as [#named] takes it.
    public static boolean isAddress(String name) {
        return ADDRESS.matcher(name).lookingAt();
    }

    /// Checks an address that a person typed; `/v1` is added where there is no path.
    public static URI url(String address) {
        return url(address, address);
    }

    /// Whether a text names a place where a key may be.
    public static boolean namesKey(String text) {
        return ApiKey.isName(text);
    }

    /// Checks an address; `/v1` is added where there is no path.
    static URI url(String text, String named) {
        // Without what may be a password or a key.
        var where = named.matches("(?s).*[@?].*") ? "The address" : named;
        try {
            var url = URI.create(text.strip());
            boolean usable = isAddress(text.strip()) && url.getHost() != null && url.getFragment() == null;
            if (url.getUserInfo() != null) throw secret(url, "a name or password");
            if (url.getQuery() != null) throw secret(url, "a query (what is behind ?)");
            if (usable) {
                String path = url.getRawPath().replaceAll("/+$", "");
                return URI.create(shown(url) + (path.isEmpty() ? "/v1" : path));
            }
        } catch (IllegalArgumentException _) {
            // Its message repeats the text.
        }
        throw new EspalierException(where + " is no address of an endpoint; give one like http://host:8000/v1.");
    }

    private static EspalierException secret(URI url, String what) {
        return new EspalierException("The address of host %s holds %s, and addresses are stored and shown; put a key into an environment variable and name that as the key.".formatted(url.getHost(), what));
    }

    /// The addresses in words.
    public String where() {
        return urls.stream().map(Endpoint::shown).collect(Collectors.joining(", "));
    }

    public static String shown(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT) + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /// Scheme, host and port: what a key is bound to.
    public static String origin(URI url) {
        int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return (url.getScheme() + "://" + url.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }

    /// An address beside the API's: where vLLM and llama.cpp have what OpenAI has not.
    public static URI beside(URI url, String route) {
        return URI.create(url.toString().replaceFirst("/v1$", "") + "/" + route);
    }

    public static URI under(URI url, String route) {
        return URI.create(url + "/" + route);
    }
}
