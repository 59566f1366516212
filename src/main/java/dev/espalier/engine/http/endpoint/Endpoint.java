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

/// A model behind HTTP, as its file describes it. It names where a key is stored and never holds a key.
///
/// @param urls         of the API, usually ending in `/v1`; all serve the same model
/// @param model        its name on the server; "" for the only model
/// @param server       null to ask the server
/// @param api          null for the best that the server has (see [Api])
/// @param stop         how the end of a step is found
/// @param key          name of an environment variable, `keyring:ACCOUNT`, or "" for none
/// @param stream       whether to stream tokens
/// @param extra        a JSON object of fields that go into every request; "" for none
/// @param chat         the model's chat format; null if the server applies its own
/// @param context      longest sequence in tokens; 0 to ask the server
/// @param parameters   parameter count, 0 if unknown
/// @param scores       how a reward model's answers become scores
public record Endpoint(
        String name,
        ModelFolder.Kind kind,
        String description,
        List<URI> urls,
        String model,
        @Nullable ServerKind server,
        @Nullable Api api,
        Stop stop,
        String key,
        Limits limits,
        Timeouts timeouts,
        boolean stream,
        String extra,
        @Nullable ChatFormat chat,
        String separator,
        String systemPrompt,
        int maxNewTokens,
        int context,
        long parameters,
        Scores scores) {

    private static final Pattern ADDRESS = Pattern.compile("https?://", Pattern.CASE_INSENSITIVE);

    /// How requests present a path.
    public enum Api {
        /// `/v1/completions` with token ids; the prompt's ids come from the server's `/tokenize`. Exact.
        TOKENS,
        /// `/v1/completions` with text; the server tokenizes the text again at every step.
        COMPLETIONS,
        /// `/v1/chat/completions` with the path as an unfinished assistant message; the server applies its
        /// template.
        CHAT
    }

    /// How the end of a step is found.
    public enum Stop {
        /// By the server if it can keep the separator in its answer, otherwise as [#CUT].
        AUTO,
        /// By the server.
        SERVER,
        /// By Espalier, which reads the stream and closes it behind the separator. Works with every server.
        CUT
    }

    /// @param concurrency       requests at once per server
    /// @param requestsPerMinute per server, 0 for no limit
    /// @param samplesPerRequest maximum samples of one path per request (`n`)
    public record Limits(int concurrency, int requestsPerMinute, int samplesPerRequest) {
        public static final Limits DEFAULT = new Limits(64, 0, 1);
    }

    /// @param connect  to open a connection
    /// @param silence  until the answer's first byte, and between its bytes
    /// @param whole    for a request; in a stream, for each further piece
    /// @param attempts of one request before the search fails
    /// @param giveUp   this long after every server has failed a request once, whatever the attempts
    /// @param backOff  before the second attempt; doubled for each further one, up to 60 times as long
    public record Timeouts(
            Duration connect, Duration silence, Duration whole, int attempts, Duration giveUp, Duration backOff) {
        /// How long to retry an endpoint that has never answered, if the user set no time limits. Such a server
        /// is more likely misconfigured than busy.
        private static final Duration FIRST = Duration.ofSeconds(40);
        public static final Timeouts DEFAULT = new Timeouts(
                Duration.ofSeconds(5),
                Duration.ofSeconds(120),
                Duration.ofMinutes(20),
                6,
                Duration.ofSeconds(40),
                Duration.ofMillis(500));

        /// The time limits until the first answer.
        ///
        /// @return these limits if the user changed any of them
        public Timeouts first() {
            return equals(DEFAULT) ? new Timeouts(connect, FIRST, FIRST, attempts, giveUp, backOff) : this;
        }
    }

    /// How a reward model's answers become one score per step.
    ///
    /// @param route      `pooling` (scores inside the text) or `classify` (one score per text: each step's path is
    ///                   a text of its own)
    /// @param stepEnd    follows every step in place of its separator; "" keeps the steps unchanged
    /// @param rows       what `pooling` returns a row for
    /// @param stepToken  the id that ends a step, for rows of tokens
    /// @param column     which of a row's numbers
    /// @param activation applied to the numbers
    /// @param suffix     follows the solution
    public record Scores(
            String route, String stepEnd, Rows rows, int stepToken, int column, Activation activation, String suffix) {
        public enum Rows {
            STEPS,
            TOKENS
        }

        public enum Activation {
            NONE,
            SIGMOID,
            SOFTMAX
        }

        /// Qwen2.5-Math-PRM on vLLM: each step has a row of two class probabilities, the second for "right".
        public static final Scores DEFAULT = new Scores("pooling", "<extra_0>", Rows.STEPS, -1, 1, Activation.NONE, "");
    }

    public Endpoint {
        urls = List.copyOf(urls);
    }

    /// Returns a copy with a key.
    public Endpoint withKey(String source) {
        ApiKey.checkName(source);
        return new Endpoint(
                name,
                kind,
                description,
                urls,
                model,
                server,
                api,
                stop,
                source,
                limits,
                timeouts,
                stream,
                extra,
                chat,
                separator,
                systemPrompt,
                maxNewTokens,
                context,
                parameters,
                scores);
    }

    /// A policy named on the command line: `http://host:8000/v1#model`. The part from `#` on can be omitted if the
    /// server has one model.
    public static Endpoint named(String address) {
        int hash = address.indexOf('#');
        var url = url(hash < 0 ? address : address.substring(0, hash), address);
        return new Endpoint(
                address,
                ModelFolder.Kind.POLICY,
                "",
                List.of(url),
                hash < 0 ? "" : address.substring(hash + 1),
                null,
                null,
                Stop.AUTO,
                "",
                Limits.DEFAULT,
                Timeouts.DEFAULT,
                true,
                "",
                null,
                "\n\n",
                "",
                2048,
                0,
                0,
                Scores.DEFAULT);
    }

    /// Whether a model's name is an address in the form of [#named].
    public static boolean isAddress(String name) {
        return ADDRESS.matcher(name).lookingAt();
    }

    /// Checks an address that the user typed. Adds `/v1` if there is no path.
    public static URI url(String address) {
        return url(address, address);
    }

    /// Whether a text names a place of a key.
    public static boolean namesKey(String text) {
        return ApiKey.isName(text);
    }

    /// Checks an address. Adds `/v1` if there is no path.
    static URI url(String text, String named) {
        // Omits text that may be a password or a key.
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
            // The exception's message repeats the text.
        }
        throw new EspalierException(where + " is not the address of an endpoint; give one like http://host:8000/v1.");
    }

    private static EspalierException secret(URI url, String what) {
        return new EspalierException(
                "The address of host %s holds %s, and addresses are stored and shown; put a key into an environment variable and name that as the key."
                        .formatted(url.getHost(), what));
    }

    /// The addresses as text.
    public String where() {
        return urls.stream().map(Endpoint::shown).collect(Collectors.joining(", "));
    }

    public static String shown(URI url) {
        return url.getScheme().toLowerCase(Locale.ROOT) + "://" + url.getHost()
                + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }

    /// Scheme, host and port. A key is bound to them.
    public static String origin(URI url) {
        int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return (url.getScheme() + "://" + url.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }

    /// An address beside the API's, for the extensions of vLLM and llama.cpp.
    public static URI beside(URI url, String route) {
        return URI.create(url.toString().replaceFirst("/v1$", "") + "/" + route);
    }

    public static URI under(URI url, String route) {
        return URI.create(url + "/" + route);
    }
}
