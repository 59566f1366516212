package dev.espalier.engine.onnx;

import dev.espalier.EspalierException;
import dev.espalier.engine.Tokenizer;
import dev.espalier.search.Cost;
import dev.espalier.search.Finish;
import dev.espalier.search.LanguageModel;
import dev.espalier.search.Result;
import dev.espalier.search.Step;
import dev.espalier.search.StepSplitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// One continuation on its way: the tokens known so far and how many of them went through the model.
final class Row {
    final LanguageModel.Call call;
    final CompletableFuture<Result.Sampled> future;
    /// Where the prompt's and each step's KV segments end. The last token before a segment's end is always left to the next
    /// segment, since it is fed when its successor is wanted.
    final int[] bounds;

    int[] tokens;
    /// Tokens that are given: prompt and path.
    final int given;
    /// All tokens so far.
    int length;
    /// How many of them went through the model: their KV is in the row.
    int fed;

    /// What a turn brought: the result of a row that is finished, or why it cannot go on.
    Result.@Nullable Sampled result;
    @Nullable EspalierException failure;

    /// The deepest kept segment that the row's KV agrees with, and how many of the bounds it covers.
    PrefixCache.Segment segment;
    int covered;

    private final boolean endless;
    private final StepSplitter.Scanner scanner;
    private final List<Step> steps = new ArrayList<>();
    private float[] logProbs = new float[64];
    private int stepStart;
    private int generated;

    /// @param endless whether only the limit ends it
    Row(LanguageModel.Call call, int[] prompt, boolean endless, CompletableFuture<Result.Sampled> future, PrefixCache.Segment root) {
        this.call = call;
        this.endless = endless;
        this.future = future;
        var ends = new ArrayList<Integer>();
        ends.add(prompt.length - 1);
        int length = prompt.length;
        for (var step : call.path()) {
            length += step.tokens().length;
            if (step.tokens().length > 0) ends.add(length - 1);
        }
        bounds = ends.stream().mapToInt(i -> i).toArray();
        tokens = Arrays.copyOf(prompt, length + 64);
        int at = prompt.length;
        for (var step : call.path()) {
            System.arraycopy(step.tokens(), 0, tokens, at, step.tokens().length);
            at += step.tokens().length;
        }
        given = length;
        this.length = length;
        stepStart = length;
        segment = root;
        scanner = new StepSplitter(call.generation().separator()).scanner();
    }

    int position() {
        return length - given;
    }

    /// Takes a sampled token.
    ///
    /// @param ends whether it ends the text
    /// @return what became of the row when it is finished, else null
    Result.@Nullable Sampled take(int token, double logProb, boolean ends, int context, Tokenizer tokenizer) {
        generated++;
        if (ends && !endless) return finish(Finish.STOP, tokenizer);
        if (length == tokens.length) tokens = Arrays.copyOf(tokens, 2 * length);
        if (position() == logProbs.length) logProbs = Arrays.copyOf(logProbs, 2 * logProbs.length);
        logProbs[position()] = (float) logProb;
        tokens[length++] = token;
        boolean stepEnds = scanner.feed(tokenizer.bytes(token));
        if (stepEnds) closeStep(tokenizer);
        // A step that ends exactly at the limit is truncated too: nothing can follow it.
        if (generated >= call.maxNewTokens() || length >= context) return finish(Finish.LENGTH, tokenizer);
        return stepEnds && call.stopAtStep() ? finish(Finish.STEP, tokenizer) : null;
    }

    private void closeStep(Tokenizer tokenizer) {
        if (stepStart == length) return;
        steps.add(new Step(tokenizer.decode(tokens, stepStart, length), Arrays.copyOfRange(tokens, stepStart, length),
            Arrays.copyOfRange(logProbs, stepStart - given, length - given)));
        stepStart = length;
    }

    private Result.Sampled finish(Finish finish, Tokenizer tokenizer) {
        closeStep(tokenizer);
        // What this call adds to its path, whatever was cached: so that the log does not depend on what else ran (decision 0011).
        int prompt = call.path().isEmpty() ? bounds[0] : 0;
        return new Result.Sampled(steps, finish, new Cost(generated, prompt + generated));
    }
}
