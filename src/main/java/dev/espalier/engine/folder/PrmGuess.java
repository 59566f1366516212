package dev.espalier.engine.folder;

import dev.espalier.EspalierException;
import dev.espalier.engine.format.TensorType;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a folder's `prm` in `espalier.json` says of a reward model, and where it says nothing, what the known families do:
/// recognised by the shape of the graph's output, by special tokens and, for a language model that answers with two signs, by its name.
///
/// @param given `prm` of espalier.json, or a missing node
/// @param file  where it stands
/// @param chat  how the folder's policy half would be asked
/// @param bos   the tokenizer's begin-of-text token, "" for none
record PrmGuess(JsonNode given, Path file, TokenFile tokens, ChatFormat chat, String bos) {
    private static final String EXTRA = "<extra_0>";
    private static final Pattern PRM = Pattern.compile("(?<![a-z])prm(?![a-z])");
    /// Math-Shepherd's mark behind a step.
    private static final String SHEPHERD = "ки";

    /// Null for a policy.
    ///
    /// @param logits what the graph puts out
    /// @param name   of folder and model
    @Nullable PrmFormat format(TensorType logits, String architecture, String name, List<String> notes) {
        if (!given.isMissingNode()) return given(logits);
        long[] shape = logits.shape();
        long last = shape[shape.length - 1];
        PrmFormat guess = null;
        if (shape.length == 2 && (last == 1 || architecture.contains("SequenceClassification"))) guess = outcome();
        else if (shape.length == 2 || last == 1) guess = valueHead();
        else if (last == 2 || architecture.contains("TokenClassification")) guess = classes(last < 2 ? 2 : (int) last);
        else if (PRM.matcher(name.toLowerCase(Locale.ROOT)).find()) guess = signs();
        if (guess != null) notes.add("its kind, " + guess.readOut().word() + ", is guessed: an " + ModelFolder.FILE + " with \"prm\" overrules it");
        return guess;
    }

    /// How such a model is asked, where espalier.json does not say.
    static ChatFormat prompt(PrmFormat prm, ChatFormat chat, String bos) {
        return switch (prm.readOut()) {
            // The first step follows the question within the same turn, which its template closes.
            case ReadOut.SignTokens _ when chat.equals(ChatFormat.LLAMA_3) -> {
                String system = chat.prompt().substring(0, chat.prompt().indexOf("{problem"));
                yield new ChatFormat("llama-3 dialogue of steps", system + "{problem}");
            }
            case ReadOut.SignTokens _ -> new ChatFormat("question and steps", bos + "{problem}");
            // TRL's trainer puts the steps right behind the question.
            case ReadOut.TokenClasses _ when !prm.mark().equals(EXTRA) -> new ChatFormat("question and steps", bos + "{problem}");
            case ReadOut.ValueHead _ -> new ChatFormat("question and steps", bos + "{problem}\n");
            case ReadOut.TokenClasses _, ReadOut.Outcome _ -> chat.equals(ChatFormat.QWEN_2_5) ? ChatFormat.QWEN_2_5_MATH : chat;
        };
    }

    private PrmFormat signs() {
        if (chat.equals(ChatFormat.LLAMA_3)) {
            String user = "<|start_header_id|>user<|end_header_id|>\n\n";
            return new PrmFormat(new ReadOut.SignTokens(id("+"), id("-")), " {step}", "{step}", "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n", "+<|eot_id|>" + user, true, false);
        }
        String word = tokens.id("\u2581+") == null ? "" : "\u2581";
        return new PrmFormat(new ReadOut.SignTokens(id(word + "+"), id(word + "-")), " {step}", "{step}", " " + SHEPHERD, "\n", true, false);
    }

    private static PrmFormat valueHead() {
        return new PrmFormat(new ReadOut.ValueHead(true), "{step}", "{step}", "\n", "", true, false);
    }

    private PrmFormat classes(int classes) {
        return new PrmFormat(new ReadOut.TokenClasses(classes, 1), "{step}", "{step}", tokens.special(EXTRA) != null ? EXTRA : "\n", "", true, false);
    }

    private PrmFormat outcome() {
        String end = tokens.special("<|eot_id|>") != null ? "<|eot_id|>" : tokens.special("<|im_end|>") != null ? "<|im_end|>\n" : tokens.special("</s>") != null ? "</s>" : "\n";
        return new PrmFormat(new ReadOut.Outcome(true), "{step}", "{step}", end, "", false, false);
    }

    private PrmFormat given(TensorType logits) {
        String kind = given.path("kind").asString("");
        var shape = logits.shape();
        boolean logit = switch (given.path("values").asString("logits")) {
            case "logits" -> true;
            case "probabilities" -> false;
            case String other -> throw wrong("\"prm.values\" is \"" + other + "\"; known are \"logits\" and \"probabilities\"");
        };
        var usual = switch (kind) {
            case "sign-tokens" -> given.has("tokens") ? new PrmFormat(new ReadOut.SignTokens(token(0), token(1)), "{step}", "{step}", "", "", true, false) : signs();
            case "value-head" -> valueHead();
            case "token-classes" -> classes((int) Math.max(2, shape[shape.length - 1]));
            case "outcome" -> outcome();
            default -> throw wrong("the reward model kind \"" + kind + "\" is unknown; known are \"sign-tokens\", \"value-head\", \"token-classes\" and \"outcome\"");
        };
        ReadOut readOut = switch (usual.readOut()) {
            case ReadOut.SignTokens signs -> signs;
            case ReadOut.ValueHead _ -> new ReadOut.ValueHead(logit);
            case ReadOut.TokenClasses(int classes, int good) -> new ReadOut.TokenClasses(classes, given.path("good_class").asInt(good));
            case ReadOut.Outcome _ -> new ReadOut.Outcome(logit);
        };
        return overruled(given, new PrmFormat(readOut, usual.first(), usual.step(), usual.mark(), usual.after(), usual.trim(), false));
    }

    /// The template's parts as `prm` gives them.
    static PrmFormat overruled(JsonNode given, PrmFormat usual) {
        String step = given.path("step").asString(usual.step());
        String first = given.path("first").asString(given.has("step") ? step : usual.first());
        return new PrmFormat(usual.readOut(), first, step, given.path("mark").asString(usual.mark()), given.path("after").asString(usual.after()),
            given.path("trim").asBoolean(usual.trim()), given.path("end_token").asBoolean(usual.endToken()));
    }

    private int token(int index) {
        var token = given.path("tokens").path(index);
        return token.isInt() ? token.asInt() : id(token.asString(""));
    }

    private int id(String token) {
        Integer id = tokens.id(token);
        if (id == null) throw wrong("the tokenizer has no token \"" + token + "\", which a reward model of signs answers with; name both in \"prm.tokens\"");
        return id;
    }

    private EspalierException wrong(String what) {
        return new EspalierException(file + ": " + what + ".");
    }
}
