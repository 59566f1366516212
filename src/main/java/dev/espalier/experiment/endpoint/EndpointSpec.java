package dev.espalier.experiment.endpoint;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.ChatFormat;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.http.endpoint.Endpoint;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// A model behind HTTP as the user describes it: typed and chosen texts. It names where a key is stored and never holds
/// a key.
///
/// @param name        "" for a name made of address and model
/// @param kind        "policy" or "prm"
/// @param addresses   of one or several servers of one model, separated by commas or spaces
/// @param model       its name on the server; "" for the only model
/// @param api         one of [#APIS]
/// @param chat        one of [#chats]
/// @param key         name of an environment variable or `keyring:ACCOUNT`; "" for no key
/// @param concurrency requests at once per server
/// @param route       of a reward model, one of [#ROUTES]
/// @param stepEnd     the text that a reward model expects after each step
/// @param column      which of its numbers counts, from 0
/// @param activation  one of [#ACTIVATIONS]
public record EndpointSpec(
        String name,
        String kind,
        String addresses,
        String model,
        String api,
        String chat,
        String key,
        String concurrency,
        String route,
        String stepEnd,
        String column,
        String activation) {
    public enum Field {
        NAME,
        ADDRESS,
        MODEL,
        API,
        CHAT,
        KEY,
        CONCURRENCY,
        COLUMN
    }

    /// @param message one sentence: what is wrong and what to do
    public record InvalidField(Field field, String message) {}

    /// The best API that the server has.
    public static final String BEST = "the server's best";
    /// The server's own chat template.
    public static final String SERVERS_OWN = "the server's own";
    public static final List<String> APIS = List.of(BEST, "tokens", "completions", "chat");
    public static final List<String> ROUTES = List.of("pooling", "classify");
    public static final List<String> ACTIVATIONS = List.of("none", "sigmoid", "softmax");
    public static final EndpointSpec USUAL = new EndpointSpec(
            "",
            "policy",
            "",
            "",
            BEST,
            SERVERS_OWN,
            "",
            Integer.toString(Endpoint.Limits.DEFAULT.concurrency()),
            Endpoint.Scores.DEFAULT.route(),
            Endpoint.Scores.DEFAULT.stepEnd(),
            Integer.toString(Endpoint.Scores.DEFAULT.column()),
            "none");

    private static final int LONGEST_NAME = 64;

    public static List<String> chats() {
        var all = new ArrayList<>(ChatFormat.knownNames());
        all.addFirst(SERVERS_OWN);
        return all;
    }

    /// The first invalid field. Asks no server.
    public Optional<InvalidField> invalidField() {
        List<URI> urls;
        try {
            urls = urls();
        } catch (EspalierException e) {
            return invalid(Field.ADDRESS, e.getMessage());
        }
        if (urls.isEmpty()) return invalid(Field.ADDRESS, "Type the server's address, like http://host:8000.");
        boolean policy = kind.equals("policy");
        if (!policy && route.equals("classify") && chat.equals(SERVERS_OWN))
            return invalid(Field.CHAT, "The route classify needs the model's chat format. Choose one.");
        if (whole(concurrency).filter(count -> count >= 1).isEmpty())
            return invalid(Field.CONCURRENCY, "Enter the number of requests at once: a whole number of at least 1.");
        // The message omits the typed text: it may be the key itself.
        if (!Endpoint.namesKey(key.strip())) {
            return invalid(
                    Field.KEY,
                    "Enter the name of an environment variable that begins with ESPALIER_ or ends with _API_KEY, or keyring:ACCOUNT. Espalier never stores the key itself.");
        }
        if (!policy && whole(column).filter(number -> number >= 0).isEmpty())
            return invalid(Field.COLUMN, "Enter the column: a whole number of at least 0.");
        if (!effectiveName().matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._ -]*")
                || effectiveName().length() > LONGEST_NAME) {
            return invalid(
                    Field.NAME,
                    "A name consists of letters, digits, spaces, dots and dashes, and begins with a letter or digit.");
        }
        return Optional.empty();
    }

    /// The given name, or a name made of the first server's and the model's.
    public String effectiveName() {
        if (!name.isBlank()) return name.strip();
        try {
            var urls = urls();
            if (urls.isEmpty()) return "";
            var of = model.strip().replaceFirst(".*/", "").replaceAll("[^\\p{L}\\p{N}._ -]+", "-");
            return urls.getFirst().getHost().replaceAll("[^\\p{L}\\p{N}._-]+", "") + (of.isEmpty() ? "" : "-" + of);
        } catch (EspalierException unreadable) {
            return "";
        }
    }

    /// @throws IllegalStateException if a field is invalid
    public Endpoint endpoint() {
        invalidField().ifPresent(invalid -> {
            throw new IllegalStateException(invalid.message());
        });
        boolean policy = kind.equals("policy");
        var usual = Endpoint.Scores.DEFAULT;
        var scores = policy
                ? usual
                : new Endpoint.Scores(
                        route,
                        stepEnd,
                        usual.rows(),
                        usual.stepToken(),
                        Integer.parseInt(column.strip()),
                        Endpoint.Scores.Activation.valueOf(activation.toUpperCase(Locale.ROOT)),
                        usual.suffix());
        return new Endpoint(
                effectiveName(),
                policy ? ModelFolder.Kind.POLICY : ModelFolder.Kind.PRM,
                "",
                urls(),
                model.strip(),
                null,
                api.equals(BEST) || !policy ? null : Endpoint.Api.valueOf(api.toUpperCase(Locale.ROOT)),
                Endpoint.Stop.AUTO,
                key.strip(),
                new Endpoint.Limits(Integer.parseInt(concurrency.strip()), 0, 1),
                Endpoint.Timeouts.DEFAULT,
                true,
                "",
                ChatFormat.known(chat).orElse(null),
                "\n\n",
                "",
                2048,
                0,
                0,
                scores);
    }

    private List<URI> urls() {
        return Arrays.stream(addresses.split("[,;\\s]+"))
                .filter(address -> !address.isEmpty())
                .map(Endpoint::url)
                .distinct()
                .toList();
    }

    private static Optional<InvalidField> invalid(Field field, String message) {
        return Optional.of(new InvalidField(field, message));
    }

    private static Optional<Integer> whole(String text) {
        try {
            return Optional.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
