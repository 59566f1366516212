package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/// Collects one answer of `/v1/completions` or `/v1/chat/completions`, from one document or from a stream.
final class ResponseAccumulator {
    /// @param bytes   its text, exact if the server returns bytes
    /// @param id      -1 if unknown
    /// @param logProb NaN if unknown
    record Token(byte[] bytes, int id, float logProb) {}

    /// The longest tokens of known vocabularies are runs of 256 spaces.
    private static final int LONGEST_TOKEN = 256;
    /// Tolerance beyond the requested number, because servers count differently.
    private static final int SLACK = 64;
    /// The fields in which a part of a content has its text.
    private static final List<String> TEXTS = List.of("text", "value", "content", "parts");

    /// One of the `n` texts.
    static final class Choice {
        private final int most;
        private final UnaryOperator<String> words;
        private final Repetition repetition;
        /// Once settled, without the repeated text.
        private final StringBuilder text = new StringBuilder();
        private String repeated = "";
        private boolean settled;
        private long received;
        private final List<Token> tokens = new ArrayList<>();
        private final List<Integer> ids = new ArrayList<>();
        private String finish = "";
        private String stoppedAt = "";
        private String note = "";
        private int pieces;
        private int others;
        /// The fields and kinds of parts that held what is not text, such as `reasoning_content`.
        private final Set<String> otherPlaces = new LinkedHashSet<>();
        private boolean answered;

        private Choice(int most, UnaryOperator<String> words, Repetition repetition) {
            this.most = most;
            this.words = words;
            this.repetition = repetition;
            settle();
        }

        /// The new text, without what the server repeats of the assistant's turn.
        String text() {
            return settled ? text.toString() : text.substring(repetition.length(text));
        }

        /// The repeated text, "" for none.
        String repeated() {
            return settled ? repeated : text.substring(0, repetition.length(text));
        }

        /// Whether the text lacks the repetition that it must begin with, so that its new part is unknown.
        boolean lacksRepetition() {
            return repetition != Repetition.NONE && repeated().isEmpty() && !text.isEmpty();
        }

        /// Whether it is known where the new text begins.
        boolean isSettled() {
            return settled;
        }

        boolean holds(String part) {
            return settled && text.indexOf(part) >= 0;
        }

        /// The tokens of the new text, with their ids if the separate list of ids has the same length.
        List<Token> tokens() {
            var all = allTokens();
            return all.subList(repeatedTokens(), all.size());
        }

        /// A server's count of tokens, without those that it lists of the repeated text.
        ///
        /// @param counted -1 if unknown
        int onlyNew(int counted) {
            return counted >= tokens.size() ? counted - repeatedTokens() : counted;
        }

        /// The number of listed tokens that spell the repeated text. Most servers list only new tokens.
        int repeatedTokens() {
            var repeated = repeated().getBytes(StandardCharsets.UTF_8);
            if (repeated.length == 0 || text().startsWith(repeated())) return 0;
            int at = 0;
            for (int i = 0; i < tokens.size(); i++) {
                var spelled = tokens.get(i).bytes;
                int to = Math.min(repeated.length, at + spelled.length);
                if (!Arrays.equals(repeated, at, to, spelled, 0, to - at)) return 0;
                if (at + spelled.length > repeated.length) return i;
                at = to;
                if (at == repeated.length) return i + 1;
            }
            return 0;
        }

        private List<Token> allTokens() {
            if (ids.isEmpty()) return tokens;
            if (tokens.isEmpty())
                return ids.stream()
                        .map(id -> new Token(new byte[0], id, Float.NaN))
                        .toList();
            if (ids.size() != tokens.size()) return tokens;
            var both = new ArrayList<Token>();
            for (int i = 0; i < ids.size(); i++)
                both.add(new Token(tokens.get(i).bytes, ids.get(i), tokens.get(i).logProb));
            return both;
        }

        /// The number of separately listed token ids.
        int ids() {
            return ids.size();
        }

        /// Whether it has content other than text, such as reasoning or a tool call.
        boolean holdsOther() {
            return others > 0;
        }

        /// Where the content other than text is: names of fields and kinds of parts.
        Set<String> otherPlaces() {
            return Collections.unmodifiableSet(otherPlaces);
        }

        /// Whether a text was returned, possibly an empty one.
        boolean answered() {
            return answered;
        }

        /// The server's finish reason, "" before the end.
        String finish() {
            return finish;
        }

        /// The stop text that the server reports, "" for none.
        String stoppedAt() {
            return stoppedAt;
        }

        /// The number of text pieces: about one per token if the server streams.
        int pieces() {
            return pieces;
        }

        private void cutOff(String why) {
            if (!finish.isEmpty()) return;
            finish = "length";
            note = why;
        }

        /// Why the server cannot continue the text, "" if it can or has ended it.
        String note() {
            return note;
        }

        /// @return whether the piece added anything
        private boolean take(JsonNode choice) throws Failure {
            long before = received + tokens.size() + ids.size() + others + finish.length();
            var message = choice.path(choice.has("delta") ? "delta" : "message");
            var given = choice.has("text") ? choice.path("text") : message.path("content");
            answered |= given.isString() || given.isContainer() && !given.isEmpty();
            int othersBefore = others;
            var piece = given.isContainer() ? part(given) : given.asString("");
            text.append(piece);
            received += piece.length();
            if (!settled) settle();
            if (!piece.isEmpty()) pieces += settled && !text.isEmpty() ? 1 : 0;
            else if (others == othersBefore) takeOthers(message);
            logProbs(choice.path("logprobs"));
            for (var id : choice.path("token_ids")) ids.add(Counts.id(id));
            limit();
            var reason = reason(choice.path("finish_reason"));
            if (reason.isEmpty()) reason = reason(message.path("finish_reason"));
            if (!reason.isEmpty()) finish = words.apply(reason);
            for (var field : List.of("stop_reason", "matched_stop"))
                if (choice.path(field).isString())
                    stoppedAt = choice.path(field).asString();
            return received + tokens.size() + ids.size() + others + finish.length() > before;
        }

        /// Separates repeated from new text as soon as enough has arrived.
        private void settle() {
            if (repetition.isOpen(text)) return;
            repeated = text.substring(0, repetition.length(text));
            text.delete(0, repeated.length());
            settled = true;
        }

        /// A piece holds at least one token; an answer twice as long as allowed would not end by itself.
        private void limit() throws Failure {
            long listed = 2L * most + SLACK + repetition.longest();
            if (pieces > 2L * most
                    || tokens.size() > listed
                    || ids.size() > listed
                    || settled && text.length() > (long) LONGEST_TOKEN * (most + SLACK))
                throw new Failure(Failure.Kind.FINAL, "generates more than the %d requested tokens".formatted(most));
            if (others > most + SLACK)
                throw new Failure(
                        Failure.Kind.FINAL,
                        "generates more than the %d requested tokens, without text".formatted(most),
                        REASONING);
        }

        /// A finish reason, "" for none: a word, or an object with its type.
        private static String reason(JsonNode reason) {
            var word = (reason.isObject() ? reason.path("type") : reason)
                    .asString("")
                    .strip();
            return word.equalsIgnoreCase("null") || word.equalsIgnoreCase("none") ? "" : word;
        }

        /// The text of content in parts: a text, a part with a text, or a list of parts. Leaves out parts of other
        /// types, such as thoughts.
        private String part(JsonNode part) {
            if (part.isString()) return part.asString();
            if (part.isArray()) {
                var joined = new StringBuilder();
                for (var each : part) joined.append(part(each));
                return joined.toString();
            }
            var type = part.path("type").asString("text");
            boolean thought = type.contains("think")
                    || type.contains("reason")
                    || part.path("thought").asBoolean(false);
            if (!thought && isText(type)) {
                for (var field : TEXTS)
                    if (part.path(field).isString() || part.path(field).isContainer()) return part(part.path(field));
            }
            if (part.isObject()) {
                others++;
                otherPlaces.add(type);
            }
            return "";
        }

        private static boolean isText(String type) {
            return type.isEmpty() || type.contains("text") || type.equals("message") || type.equals("content");
        }

        private void takeOthers(JsonNode message) {
            boolean any = false;
            for (var field : message.properties()) {
                if (!isOther(field.getKey(), field.getValue())) continue;
                otherPlaces.add(field.getKey());
                any = true;
            }
            if (any) others++;
        }

        private static boolean isOther(String field, JsonNode value) {
            return !field.equals("role")
                    && !field.equals("content")
                    && (value.isString() ? !value.asString().isEmpty() : value.isContainer() && !value.isEmpty());
        }

        private void logProbs(JsonNode logProbs) {
            // The format of chat answers, and of all answers of llama.cpp.
            for (var entry : logProbs.path("content"))
                tokens.add(new Token(bytes(entry), Counts.id(entry.path("id")), number(entry.path("logprob"))));
            var texts = logProbs.path("tokens");
            var numbers = logProbs.path("token_logprobs");
            for (int i = 0; i < texts.size(); i++)
                tokens.add(new Token(
                        texts.get(i).asString("").getBytes(StandardCharsets.UTF_8), -1, number(numbers.path(i))));
        }
    }

    /// What to do if a model reasons instead of answering.
    static final String REASONING =
            "turn its reasoning off (\"extra\": {\"chat_template_kwargs\": {\"enable_thinking\": false}} in its file) or allow more tokens";

    private final List<@Nullable Choice> choices = new ArrayList<>();
    private final int most;
    private final UnaryOperator<String> words;
    private final Repetition repetition;
    private JsonNode usage = MissingNode.getInstance();
    private boolean ended;

    /// @param choices    the number of requested texts
    /// @param most       the number of requested tokens per text
    /// @param words      makes part of a sentence of a server's text
    /// @param repetition what the server may repeat at the head of each text
    ResponseAccumulator(int choices, int most, UnaryOperator<String> words, Repetition repetition) {
        this.most = most;
        this.words = words;
        this.repetition = repetition;
        for (int i = 0; i < choices; i++) this.choices.add(null);
    }

    /// @return whether the document added anything
    boolean take(JsonNode document) throws Failure {
        var given = document.path("choices");
        var usage = document.path("usage");
        if (!given.isArray() && !usage.isObject())
            throw new Failure(
                    Failure.Kind.FINAL, "answers with JSON without \"choices\": it is not an OpenAI-compatible server");
        boolean brought = false;
        for (var choice : given) {
            int index = choice.hasNonNull("index") ? choice.path("index").asInt(-1) : 0;
            if (index < 0 || index >= choices.size()) continue;
            var known = choices.get(index);
            if (known == null) choices.set(index, known = new Choice(most, words, repetition));
            brought |= known.take(choice);
        }
        if (usage.isObject()) {
            this.usage = usage;
            // The counts of the whole answer follow its last part.
            if (given.isEmpty()) ended = true;
        }
        return brought;
    }

    /// Whether the server has reported the counts of the whole answer.
    boolean isCounted() {
        return usage.isObject();
    }

    /// Notes that the server declared the end of its answer.
    void end() {
        ended = true;
    }

    /// Whether the server declared the end of its answer.
    boolean ended() {
        return ended;
    }

    /// Whether any text has arrived.
    boolean holdsText() {
        for (var choice : choices) if (choice != null && !choice.text().isEmpty()) return true;
        return false;
    }

    /// Ends the texts that the server cannot continue where they are.
    ///
    /// @param why a clause
    void cutOff(String why) {
        for (var choice : choices) if (choice != null) choice.cutOff(why);
    }

    /// Returns null if nothing of the choice has arrived.
    @Nullable
    Choice choice(int index) {
        return choices.get(index);
    }

    /// The server's report on the prompt's tokens.
    JsonNode promptTokens() {
        return usage.path("prompt_tokens");
    }

    /// The server's report on the tokens of all choices together.
    JsonNode completionTokens() {
        return usage.path("completion_tokens");
    }

    static byte[] bytes(JsonNode entry) {
        var given = entry.path("bytes");
        if (!given.isArray()) return entry.path("token").asString("").getBytes(StandardCharsets.UTF_8);
        var bytes = new byte[given.size()];
        for (int i = 0; i < bytes.length; i++) bytes[i] = (byte) given.get(i).asInt(0);
        return bytes;
    }

    /// A log-probability, NaN if invalid. Rounding can raise it slightly above 0.
    static float number(JsonNode node) {
        float number = node.isNumber() ? (float) node.asDouble() : Float.NaN;
        return number <= 0.001f && number > Float.NEGATIVE_INFINITY ? number : Float.NaN;
    }
}
