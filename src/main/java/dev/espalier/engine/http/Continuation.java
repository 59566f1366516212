package dev.espalier.engine.http;

import dev.espalier.engine.http.wire.Failure;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// Turns a server's answer into a result: restores a stripped separator, cuts the text behind it, distinguishes the end
/// of a step from the end of the text, and assigns tokens to steps.
final class Continuation {
    private final LanguageModel.Call call;
    private final ResponseAccumulator.Choice choice;
    private final String separator;
    private final List<ResponseAccumulator.Token> tokens;
    private final String spoken;
    private final int limit;
    private final boolean ended;

    private Continuation(LanguageModel.Call call, ResponseAccumulator.Choice choice, int limit, boolean ended) {
        this.call = call;
        this.limit = limit;
        this.ended = ended;
        this.choice = choice;
        separator = call.generation().separator();
        tokens = Counts.spells(choice.tokens().size(), choice.text()) ? choice.tokens() : List.of();
        spoken = decode(tokens);
    }

    /// @param limit        the number of requested tokens
    /// @param ended        whether the server declared the end of its answer, so that a missing finish reason does
    ///                     not mean that the text is truncated
    /// @param usage        the number of generated tokens by the server's count, -1 if unknown
    /// @param promptTokens the number of tokens of the prompt, path included, by the server's count; -1 if unknown
    static Result.Sampled of(
            LanguageModel.Call call,
            ResponseAccumulator.Choice choice,
            int limit,
            boolean ended,
            int usage,
            int promptTokens)
            throws Failure {
        return new Continuation(call, choice, limit, ended).result(usage, promptTokens);
    }

    private Result.Sampled result(int usage, int promptTokens) throws Failure {
        var visible = choice.text();
        int met = call.stopAtStep() ? visible.indexOf(separator) : -1;
        boolean named = call.stopAtStep() && met < 0 && choice.stoppedAt().equals(separator);
        var finish = Finish.STEP;
        var note = "";
        if (met < 0 && !named) {
            note = choice.note();
            var reason = reason(usage);
            finish = reason == EndReason.STOP ? Finish.STOP : Finish.LENGTH;
            if (reason == EndReason.WITHHELD) {
                visible = "";
                note = "the server withheld the rest of its text, with the reason \"" + choice.finish() + "\"";
            } else if (reason == EndReason.OTHER) {
                note = "the server ended its answer with the reason \"" + choice.finish() + "\"";
            }
            if (visible.isEmpty() && note.isEmpty()) note = noteOfEmpty(usage, finish);
        }
        var text = met >= 0 ? visible.substring(0, met + separator.length()) : named ? visible + separator : visible;
        var steps = steps(
                text, finish, usage < 0 ? unreported(text) : Math.max(1, finish == Finish.STOP ? usage - 1 : usage));
        long kept = steps.stream().mapToLong(step -> step.tokens().length).sum();
        // The token that ended the text counts, as with local models; if Espalier cut the stream, the server
        // reported no count.
        long generated = usage >= 0 ? usage : kept + (finish == Finish.STOP ? 1 : 0);
        if (finish == Finish.STEP && generated >= call.maxNewTokens()) finish = Finish.LENGTH;
        int prompt = call.path().isEmpty() ? Math.max(0, promptTokens - 1) : 0;
        return new Result.Sampled(steps, finish, new Cost(generated, prompt + generated), note);
    }

    private EndReason reason(int usage) throws Failure {
        if (choice.finish().isEmpty()) {
            if (!ended) throw new Failure(Failure.Kind.AGAIN, "returned an incomplete answer");
            int known =
                    usage >= 0 ? usage : Math.max(choice.ids(), choice.tokens().size());
            return known >= limit ? EndReason.LENGTH : EndReason.STOP;
        }
        var reason = EndReason.of(choice.finish());
        if (reason == EndReason.BROKEN) throw new Failure(Failure.Kind.AGAIN, "stopped in the middle of its answer");
        return reason;
    }

    /// A model may end its text at once. An answer with other content or without a text is an error, except where one
    /// path used up its tokens or was refused: that path ends.
    private String noteOfEmpty(int usage, Finish finish) throws Failure {
        if (choice.otherPlaces().equals(Set.of("refusal"))) return "the model refused to answer";
        if (choice.holdsOther()) {
            var places = choice.otherPlaces().stream()
                    .map(place -> '"' + place + '"')
                    .collect(Collectors.joining(", "));
            if (finish == Finish.LENGTH)
                return "its tokens went into the model's reasoning (%s), and \"content\" is empty; %s"
                        .formatted(places, ResponseAccumulator.REASONING);
            throw new Failure(
                    Failure.Kind.FINAL,
                    "returned reasoning or a tool call, but no answer text (its text is in %s, and \"content\" is empty)"
                            .formatted(places),
                    ResponseAccumulator.REASONING);
        }
        if (!choice.answered() && (usage < 0 || usage > 1) || !Counts.spells(usage, ""))
            throw new Failure(
                    Failure.Kind.FINAL,
                    usage < 0
                            ? "returned an answer without text"
                            : "generated %d tokens but returned no text".formatted(usage),
                    ResponseAccumulator.REASONING);
        return "";
    }

    private List<Step> steps(String text, Finish finish, int count) {
        if (text.isEmpty()) return List.of();
        if (!tokens.isEmpty() && spoken.startsWith(text)) return byTokens(text, finish);
        return byText(
                text,
                tokens.isEmpty()
                        ? Collections.nCopies(
                                (int) Math.min(count, 3L * text.length()),
                                new ResponseAccumulator.Token(new byte[0], -1, Float.NaN))
                        : tokens);
    }

    /// The tokens spell the text: a token that completes a separator belongs wholly to its step, as with local
    /// models.
    private List<Step> byTokens(String text, Finish finish) {
        int wanted = text.getBytes(StandardCharsets.UTF_8).length;
        var scanner = new StepSplitter(separator).scanner();
        var steps = new ArrayList<Step>();
        var open = new ArrayList<ResponseAccumulator.Token>();
        int at = 0;
        for (var token : tokens) {
            // The next token ended the text or was cut.
            if (at >= wanted && finish != Finish.LENGTH) break;
            at += token.bytes().length;
            open.add(token);
            if (scanner.feed(token.bytes())) {
                steps.add(step(decode(open), open));
                open.clear();
            }
        }
        if (!open.isEmpty()) steps.add(step(decode(open), open));
        return steps;
    }

    /// The tokens are unknown or spell another text: splits the text, and assigns each token to the step in which
    /// it starts, by its share of the length.
    private List<Step> byText(String text, List<ResponseAccumulator.Token> known) {
        var texts = new StepSplitter(separator).split(text);
        var steps = new ArrayList<Step>();
        int from = 0;
        int end = 0;
        for (var step : texts) {
            end += step.length();
            int to = end == text.length()
                    ? known.size()
                    : Math.max(from, (int) Math.round((double) known.size() * end / text.length()));
            steps.add(step(step, known.subList(from, to)));
            from = to;
        }
        return steps;
    }

    /// Estimates the number of tokens if the server reports neither tokens nor counts: the number of pieces of the
    /// stream, or one token per four characters without a stream.
    private int unreported(String text) {
        return choice.pieces() > 1 ? choice.pieces() : Math.max(1, text.length() / 4);
    }

    private static Step step(String text, List<ResponseAccumulator.Token> tokens) {
        var logProbs = new float[tokens.size()];
        for (int i = 0; i < logProbs.length; i++) logProbs[i] = tokens.get(i).logProb();
        return Step.of(
                text, tokens.stream().mapToInt(ResponseAccumulator.Token::id).toArray(), logProbs);
    }

    private static String decode(List<ResponseAccumulator.Token> tokens) {
        var bytes = new ByteArrayOutputStream();
        for (var token : tokens) bytes.writeBytes(token.bytes());
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
