package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.io.Notices;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// The optional request fields that an endpoint's servers refused by name. They are left out of its further requests
/// until it is closed (decision 0119). Only fields whose absence changes no distribution are optional: a top-k that the
/// user set is not. Thread-safe.
final class RefusedFields {
    /// With the consequence that the user should know, "" for none.
    private static final Map<String, String> OPTIONAL = Map.ofEntries(
            Map.entry("logprobs", "log-probabilities are unknown"),
            Map.entry("top_logprobs", ""),
            Map.entry("stream", "answers arrive at once"),
            Map.entry("stream_options", ""),
            Map.entry("seed", "the same search gives other texts each time"),
            Map.entry("n", ""),
            Map.entry("stop", ""),
            Map.entry("include_stop_str_in_output", ""),
            Map.entry("no_stop_trim", ""),
            Map.entry("return_token_ids", ""),
            Map.entry("samplers", ""),
            Map.entry("repetition_penalty", ""),
            Map.entry("repeat_penalty", ""),
            Map.entry("top_k", ""),
            Map.entry("min_p", ""),
            Map.entry("top_p", ""),
            Map.entry("temperature", ""),
            Map.entry("max_tokens", ""),
            Map.entry("add_generation_prompt", "check that the second step continues the first"),
            Map.entry("continue_final_message", "check that the second step continues the first"));
    private static final Set<String> STOP = Set.of("stop", "include_stop_str_in_output", "no_stop_trim");
    /// The fields that make no sense without a field.
    private static final Map<String, Set<String>> TOGETHER = Map.of(
            "stream", Set.of("stream", "stream_options"),
            "logprobs", Set.of("logprobs", "top_logprobs"),
            "stop", STOP,
            "include_stop_str_in_output", STOP,
            "no_stop_trim", STOP);
    /// The value of a sampling field with which it changes nothing.
    private static final Map<String, Set<Double>> NEUTRAL =
            Map.of("top_k", Set.of(0.0, -1.0), "min_p", Set.of(0.0), "top_p", Set.of(1.0), "temperature", Set.of(1.0));
    /// Words of everyday language: they name a field only if quoted or called one.
    private static final Set<String> EVERYDAY = Set.of("n", "stop", "stream", "model", "prompt", "messages", "seed");
    private static final Pattern REFUSED = Pattern.compile(
            "unsupported|un?recogni[sz]ed|unknown|unexpected|not permitted|extra_forbidden|extra (?:inputs?|fields?)|forbidden"
                    + "|not allowed|disallowed|invalid|unavailable|deprecated|no longer|incompatible|additional propert|no such"
                    + "|(?:not|n't) (?:\\w+ )?(?:support|allow|permit|accept|recogni|implement|available|enabled|valid|exist|been enabled|be used|be set|be specified|be empty|a known)\\w*"
                    + "|can ?not|can't|must|should|only|remove|requires?|is not|not compatible");

    private final String endpoint;
    private final boolean needsIds;
    private final Set<String> left = ConcurrentHashMap.newKeySet();

    /// @param needsIds whether answers must list token ids
    RefusedFields(String endpoint, boolean needsIds) {
        this.endpoint = endpoint;
        this.needsIds = needsIds;
    }

    /// The request without the refused fields.
    ObjectNode without(ObjectNode body) {
        if (left.isEmpty()) return body;
        var rest = body.deepCopy();
        for (var field : left) {
            if (!changesNothing(field, rest)) continue;
            var value = rest.remove(field);
            // OpenAI's newer models know the limit by another name.
            if (field.equals("max_tokens") && value != null) rest.set("max_completion_tokens", value);
        }
        return rest;
    }

    /// Whether the server cannot be told where to stop and to keep the stop text, so that Espalier cuts the answer.
    boolean cutsSteps() {
        return left.contains("stop");
    }

    /// Makes a request.
    @FunctionalInterface
    interface Sending<T> {
        T of(ObjectNode body) throws Failure, InterruptedException;
    }

    /// Makes a request, again and with fewer fields if the server refuses optional ones by name.
    <T> T send(ObjectNode body, Sending<T> sending) throws Failure, InterruptedException {
        while (true) {
            var sent = without(body);
            try {
                return sending.of(sent);
            } catch (Failure failure) {
                if (ContextRefusal.in(failure).isPresent() || !learn(failure, sent)) throw failure;
            }
        }
    }

    /// Learns from a refusal.
    ///
    /// @param body what was sent
    /// @return whether fewer fields are sent from now on, so that the request can be made again
    private boolean learn(Failure failure, ObjectNode body) {
        var refused = named(failure, body).stream()
                .filter(name -> isOptional(name, body, failure))
                .toList();
        var learned = new LinkedHashSet<String>();
        for (var name : refused)
            for (var field : TOGETHER.getOrDefault(name, Set.of(name)))
                if (left.add(field) && body.has(field)) learned.add(field);
        // Another request may have learned all of them meanwhile.
        if (!learned.isEmpty()) tell(learned);
        return !refused.isEmpty();
    }

    private void tell(LinkedHashSet<String> learned) {
        var consequence = learned.stream()
                .map(name -> OPTIONAL.getOrDefault(name, ""))
                .filter(text -> !text.isEmpty())
                .findFirst();
        System.getLogger(Notices.LOGGER)
                .log(
                        Level.WARNING,
                        "The endpoint %s refuses %s; Espalier leaves %s out%s."
                                .formatted(
                                        endpoint,
                                        learned.stream()
                                                .map(name -> '"' + name + '"')
                                                .collect(Collectors.joining(", ")),
                                        learned.size() == 1 ? "it" : "them",
                                        consequence.map(text -> ": " + text).orElse("")));
    }

    private boolean isOptional(String name, ObjectNode body, Failure failure) {
        if (!OPTIONAL.containsKey(name) || needsIds && name.equals("return_token_ids")) return false;
        if (name.equals("max_tokens")) return failure.said.contains("max_completion_tokens");
        return changesNothing(name, body);
    }

    /// Whether a request without the field samples from the same distribution.
    private static boolean changesNothing(String name, ObjectNode body) {
        var neutral = NEUTRAL.get(name);
        return neutral == null || neutral.contains(body.path(name).asDouble(Double.NaN));
    }

    /// The fields of a request that a refusal names, in the order of their certainty.
    static List<String> named(Failure failure, ObjectNode body) {
        if (failure.said.isEmpty()
                || failure.locked()
                || failure.status == 404
                || failure.kind == Failure.Kind.BUSY
                || failure.kind == Failure.Kind.DOWN) return List.of();
        var pointed = new LinkedHashSet<String>();
        try {
            point(JsonMapper.shared().readTree(failure.said), body, pointed);
        } catch (JacksonException _) {
            // Then only the words count.
        }
        if (!pointed.isEmpty()) return List.copyOf(pointed);
        if (!REFUSED.matcher(failure.said.toLowerCase(Locale.ROOT)).find()) return List.of();
        var quoted = new ArrayList<String>();
        var bare = new ArrayList<String>();
        for (var name : body.propertyNames()) {
            if (says(failure.said, "[\"'`‘“]" + Pattern.quote(name) + "\\\\?[\"'`’”]")) quoted.add(name);
            else if (says(failure.said, bare(name))) bare.add(name);
        }
        return quoted.isEmpty() ? bare : quoted;
    }

    private static String bare(String name) {
        var word = "(?<![\\w.-])" + Pattern.quote(name) + "(?![\\w-])";
        if (!EVERYDAY.contains(name)) return word;
        return "(?:param(?:eter)?s?|arguments?|fields?|supplied|options?|keys?|inputs?|propert(?:y|ies))(?:\\(s\\))?(?: \\w+)?\\W{1,5}(?:\\w+, )*"
                + word
                + "|" + word
                + " (?:>|!=|=|must|is not|is un|is only|is dis|not supported|param|field|option|sequences? (?:is|are))";
    }

    private static boolean says(String text, String pattern) {
        return Pattern.compile(pattern, Pattern.CASE_INSENSITIVE).matcher(text).find();
    }

    /// Finds the names to which a document points: OpenAI's `param`, pydantic's `loc`.
    private static void point(JsonNode node, ObjectNode body, Set<String> found) {
        if (node.isObject()) {
            for (var field : List.of("param", "parameter", "field"))
                if (node.path(field).isString()) addNames(node.path(field).asString(), body, found);
            var place = node.path("loc");
            if (place.isArray()) for (var part : place) if (part.isString()) addNames(part.asString(), body, found);
        }
        // The message may be JSON in a text, and a refused value is no place to look for names.
        if (node.isContainer())
            node.forEachEntry((name, value) -> {
                if (!name.equals("input")) point(value, body, found);
            });
        if (node.isArray()) node.forEach(value -> point(value, body, found));
    }

    private static void addNames(String path, ObjectNode body, Set<String> found) {
        for (var part : path.split("[.\\[\\]/, ]+")) if (body.has(part)) found.add(part);
    }
}
