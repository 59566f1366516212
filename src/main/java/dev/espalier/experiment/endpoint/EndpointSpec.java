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

/// A model behind HTTP as a person describes it: the texts that were typed and chosen. It holds where a key is, never a key.
///
/// @param name        what it is to be called; "" for a name made of address and model
/// @param kind        "policy" or "prm"
/// @param addresses   of one or several servers of one model, parted by commas or blanks
/// @param model       its name there; "" for the only one
/// @param api         one of [#APIS]
/// @param chat        one of [#chats]
/// @param key         name of an environment variable or `keyring:ACCOUNT`; "" for no key
/// @param concurrency requests at once, each server
/// @param route       of a reward model, one of [#ROUTES]
/// @param stepEnd     what a reward model has behind each step
/// @param column      which of its numbers counts, from 0
/// @param activation  one of [#ACTIVATIONS]
public record EndpointSpec(String name, String kind, String addresses, String model, String api, String chat, String key, String concurrency,
                            String route, String stepEnd, String column, String activation) {
    public enum Field { NAME, ADDRESS, MODEL, API, CHAT, KEY, CONCURRENCY, COLUMN }

    /// @param message one sentence: what, and what to do
    public record Complaint(Field field, String message) {}

    /// The best that the server has.
    public static final String BEST = "the server's best";
    /// The server's own chat template.
    public static final String SERVERS_OWN = "the server's own";
    public static final List<String> APIS = List.of(BEST, "tokens", "completions", "chat");
    public static final List<String> ROUTES = List.of("pooling", "classify");
    public static final List<String> ACTIVATIONS = List.of("none", "sigmoid", "softmax");
    public static final EndpointSpec USUAL = new EndpointSpec("", "policy", "", "", BEST, SERVERS_OWN, "", Integer.toString(Endpoint.Limits.DEFAULT.concurrency()),
        Endpoint.Scores.DEFAULT.route(), Endpoint.Scores.DEFAULT.stepEnd(), Integer.toString(Endpoint.Scores.DEFAULT.column()), "none");

    private static final int LONGEST_NAME = 64;

    public static List<String> chats() {
        var all = new ArrayList<>(ChatFormat.knownNames());
        all.addFirst(SERVERS_OWN);
        return all;
    }

    /// The first thing that is wrong with it; no server is asked.
    public Optional<Complaint> complaint() {
        List<URI> urls;
        try {
            urls = urls();
        } catch (EspalierException e) {
            return complain(Field.ADDRESS, e.getMessage());
        }
        if (urls.isEmpty()) return complain(Field.ADDRESS, "Type the server's address, like http://host:8000.");
        boolean policy = kind.equals("policy");
        if (policy && api.equals("completions") && chat.equals(SERVERS_OWN)) return complain(Field.CHAT, "Completions need the model's chat format: choose it, or the API chat.");
        if (!policy && route.equals("classify") && chat.equals(SERVERS_OWN)) return complain(Field.CHAT, "Classification needs the model's chat format, the text before the solution: choose it.");
        if (whole(concurrency).filter(count -> count >= 1).isEmpty()) return complain(Field.CONCURRENCY, "Requests at once is a whole number from 1.");
        // Without what was typed: it may be the key itself.
        if (!Endpoint.namesKey(key.strip())) {
            return complain(Field.KEY, "This is no place of a key: name an environment variable that begins with ESPALIER_ or ends with _API_KEY, or keyring:ACCOUNT; the key itself is kept nowhere.");
        }
        if (!policy && whole(column).filter(number -> number >= 0).isEmpty()) return complain(Field.COLUMN, "The column is a whole number from 0.");
        if (!called().matches("[\\p{L}\\p{N}][\\p{L}\\p{N}._ -]*") || called().length() > LONGEST_NAME) {
            return complain(Field.NAME, "A name has letters, digits, blanks, points and dashes, and begins with a letter or digit.");
        }
        return Optional.empty();
    }

    /// What it is called: the name, or one made of the first server's and the model's.
    public String called() {
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

    /// @throws IllegalStateException while there is a complaint
    public Endpoint endpoint() {
        complaint().ifPresent(complaint -> {
            throw new IllegalStateException(complaint.message());
        });
        boolean policy = kind.equals("policy");
        var usual = Endpoint.Scores.DEFAULT;
        var scores = policy ? usual : new Endpoint.Scores(route, stepEnd, usual.rows(), usual.stepToken(), Integer.parseInt(column.strip()),
            Endpoint.Scores.Activation.valueOf(activation.toUpperCase(Locale.ROOT)), usual.suffix());
        return new Endpoint(called(), policy ? ModelFolder.Kind.POLICY : ModelFolder.Kind.PRM, "", urls(), model.strip(), null,
            api.equals(BEST) || !policy ? null : Endpoint.Api.valueOf(api.toUpperCase(Locale.ROOT)), Endpoint.Stop.AUTO, key.strip(),
            new Endpoint.Limits(Integer.parseInt(concurrency.strip()), 0, 1), Endpoint.Timeouts.DEFAULT, true, "", ChatFormat.known(chat).orElse(null), "\n\n", "", 2048, 0, 0, scores);
    }

    private List<URI> urls() {
        return Arrays.stream(addresses.split("[,;\\s]+")).filter(address -> !address.isEmpty()).map(Endpoint::url).distinct().toList();
    }

    private static Optional<Complaint> complain(Field field, String message) {
        return Optional.of(new Complaint(field, message));
    }

    private static Optional<Integer> whole(String text) {
        try {
            return Optional.of(Integer.parseInt(text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
