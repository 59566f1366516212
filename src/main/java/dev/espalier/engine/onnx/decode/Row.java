package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.onnx.kv.PrefixCache;
import dev.espalier.engine.onnx.sampling.Draws;
import dev.espalier.model.Cost;
import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.model.Step;
import dev.espalier.model.StepSplitter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One continuation on its way: the tokens known so far and how many of them went through the model.
public final class Row implements Draws.Waiting {
    public final LanguageModel.Call call;
    public final DecodeTask task;
    /// Where the prompt's and each step's KV segments end. The last token before a segment's end is always left to the next
    /// segment, since it is fed when its successor is wanted.
    public final int[] bounds;

    public int[] tokens;
    /// Tokens that are given: prompt and path.
    public final int given;
    /// All tokens so far.
    public int length;
    /// How many of them went through the model: their KV is in the row.
    public int fed;

    /// What a turn brought: the result of a row that is finished, or why it cannot go on.
    public @Nullable Result result;
    @Nullable EspalierException failure;

    /// Where its KV lies.
    public int place;

    /// The deepest kept segment that the row's KV agrees with, and how many of the bounds it covers.
    public PrefixCache.Segment segment;
    public int covered;

    private final StepSplitter.Scanner scanner;
    private final List<Step> steps = new ArrayList<>();
    private float[] logProbs = new float[64];
    private int stepStart;
    private int generated;

    public Row(LanguageModel.Call call, int[] prompt, DecodeTask task, PrefixCache.Segment root) {
        this.call = call;
        this.task = task;
        var ends = new ArrayList<Integer>();
        ends.add(prompt.length - 1);
        int length = prompt.length;
        for (var step : call.path()) {
            length += step.tokens().length;
            if (step.tokens().length > 0) ends.add(length - 1);
        }
        for (int i = 0; i < task.begun().length; i++) ends.add(length++);
        bounds = ends.stream().mapToInt(i -> i).toArray();
        tokens = Arrays.copyOf(prompt, length + 64);
        int at = prompt.length;
        for (var step : call.path()) {
            System.arraycopy(step.tokens(), 0, tokens, at, step.tokens().length);
            at += step.tokens().length;
        }
        System.arraycopy(task.begun(), 0, tokens, at, task.begun().length);
        given = length;
        this.length = length;
        stepStart = length;
        segment = root;
        scanner = new StepSplitter(call.generation().separator()).scanner();
    }

    /// The most positions that it may come to need.
    public int most(int context) {
        return (int) Math.min(context, (long) given + call.maxNewTokens());
    }

    @Override
    public Generation generation() {
        return call.generation();
    }

    @Override
    public SampleKey key() {
        return call.key();
    }

    @Override
    public int position() {
        return length - given;
    }

    /// Takes what the model says of the next token: the row has a result then where it is finished.
    ///
    /// @param ends the tokens that end a text
    /// @param index of the row among those whose draws are ready
    public void take(Draws draws, int index, boolean[] ends, int context, Tokenizer tokenizer) {
        switch (task) {
            case DecodeTask.Continuation(boolean endless, _) -> {
                int token = draws.draw(index, this);
                result = take(token, draws.logProb(), ends[token] && !endless, context, tokenizer);
            }
            case DecodeTask.NextTokens(_, int k, _) -> {
                var logits = draws.row(index);
                var next = draws.sampler().mostProbable(logits, k);
                result = nextTokens(next, draws.sampler().logProbs(logits, next), ends, tokenizer);
            }
        }
    }

    /// Whether somebody may go on from here with the KV of all that is given: only such a path is worth its memory.
    public boolean goesOn() {
        return switch (result) {
            case Result.Sampled sampled -> sampled.finish() == Finish.STEP;
            case Result.NextTokens _ -> true;
            case null, default -> false;
        };
    }

    public void complete() {
        switch (task) {
            case DecodeTask.Continuation(_, var future) -> future.complete((Result.Sampled) result);
            case DecodeTask.NextTokens(_, _, var future) -> future.complete((Result.NextTokens) result);
        }
    }

    private Result.@Nullable Sampled take(int token, double logProb, boolean ends, int context, Tokenizer tokenizer) {
        generated++;
        if (ends) return finish(Finish.STOP, tokenizer);
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

    /// What each token adds to the text, in whole characters: a token may stop within one.
    private Result.NextTokens nextTokens(int[] next, double[] logProbs, boolean[] ends, Tokenizer tokenizer) {
        var begun = task.begun();
        int known = tokenizer.wholeCharacters(begun).length();
        var choices = new ArrayList<Result.TokenChoice>();
        for (int i = 0; i < next.length; i++) {
            String text = "";
            if (!ends[next[i]]) {
                var longer = Arrays.copyOf(begun, begun.length + 1);
                longer[begun.length] = next[i];
                text = tokenizer.wholeCharacters(longer).substring(known);
            }
            choices.add(new Result.TokenChoice(next[i], text, (float) logProbs[i], ends[next[i]]));
        }
        return new Result.NextTokens(choices, cost(1));
    }

    private void closeStep(Tokenizer tokenizer) {
        if (stepStart == length) return;
        steps.add(Step.of(tokenizer.decode(tokens, stepStart, length), Arrays.copyOfRange(tokens, stepStart, length),
            Arrays.copyOfRange(logProbs, stepStart - given, length - given)));
        stepStart = length;
    }

    private Result.Sampled finish(Finish finish, Tokenizer tokenizer) {
        closeStep(tokenizer);
        return new Result.Sampled(steps, finish, cost(generated));
    }

    /// What this call adds to its path, whatever was cached: so that the log does not depend on what else ran (decision 0011).
    private Cost cost(int generated) {
        int prompt = call.path().isEmpty() && task.begun().length == 0 ? bounds[0] : 0;
        return new Cost(generated, prompt + generated);
    }
}
