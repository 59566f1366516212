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

/// A row of a decode batch: one continuation, its tokens so far and how many of them were fed to the model. Not
/// thread-safe.
public final class Row implements Draws.PendingRow {
    public final LanguageModel.Call call;
    public final DecodeTask task;
    /// Exclusive ends of the cache segments: the prompt's, then each step's. The last token of a prompt or step
    /// belongs to the next segment, since it is fed only when its successor is sampled.
    public final int[] segmentEnds;

    public int[] tokens;
    /// Number of given tokens: prompt, path and begun step.
    public final int inputLength;
    /// Number of tokens so far.
    public int length;
    /// Number of tokens that were fed to the model; their KV is in the row.
    public int fed;

    /// The result of a finished row.
    public @Nullable Result result;
    /// The reason why the row cannot continue.
    @Nullable
    EspalierException failure;

    /// Index of the row's slot in the [RowCache].
    public int slot;

    /// The deepest cached segment that is a prefix of the row.
    public PrefixCache.Segment segment;
    /// Number of segment ends that are cached or were passed.
    public int coveredSegments;

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
        segmentEnds = ends.stream().mapToInt(i -> i).toArray();
        tokens = Arrays.copyOf(prompt, length + 64);
        int at = prompt.length;
        for (var step : call.path()) {
            System.arraycopy(step.tokens(), 0, tokens, at, step.tokens().length);
            at += step.tokens().length;
        }
        System.arraycopy(task.begun(), 0, tokens, at, task.begun().length);
        inputLength = length;
        this.length = length;
        stepStart = length;
        segment = root;
        scanner = new StepSplitter(call.generation().separator()).scanner();
    }

    /// The max number of positions that the row can need.
    public int maxPositions(int context) {
        return (int) Math.min(context, (long) inputLength + call.maxNewTokens());
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
        return length - inputLength;
    }

    /// Draws the next token, or the most probable ones. Sets the result if the row is finished.
    ///
    /// @param index of the row in the batch
    /// @param ends  true for the ids of end tokens
    public void advance(Draws draws, int index, boolean[] ends, int context, Tokenizer tokenizer) {
        switch (task) {
            case DecodeTask.Continuation(boolean endless, var _) -> {
                int token = draws.draw(index, this);
                result = advance(token, draws.logProb(), ends[token] && !endless, context, tokenizer);
            }
            case DecodeTask.NextTokens(var _, int k, var _) -> {
                var logits = draws.logitsOf(index);
                var next = draws.sampler().mostProbable(logits, k);
                result = nextTokens(next, draws.sampler().logProbs(logits, next), ends, tokenizer);
            }
        }
    }

    /// True if a later call can extend the path, so that its KV is worth caching.
    public boolean isExtendable() {
        return switch (result) {
            case Result.Sampled sampled -> sampled.finish() == Finish.STEP;
            case Result.NextTokens _ -> true;
            case null, default -> false;
        };
    }

    public void complete() {
        switch (task) {
            case DecodeTask.Continuation(var _, var future) -> future.complete((Result.Sampled) result);
            case DecodeTask.NextTokens(var _, var _, var future) -> future.complete((Result.NextTokens) result);
        }
    }

    private Result.@Nullable Sampled advance(
            int token, double logProb, boolean ends, int context, Tokenizer tokenizer) {
        generated++;
        if (ends) return finish(Finish.STOP, tokenizer);
        if (length == tokens.length) tokens = Arrays.copyOf(tokens, 2 * length);
        if (position() == logProbs.length) logProbs = Arrays.copyOf(logProbs, 2 * logProbs.length);
        logProbs[position()] = (float) logProb;
        tokens[length++] = token;
        boolean stepEnds = scanner.feed(tokenizer.bytes(token));
        if (stepEnds) closeStep(tokenizer);
        // A step that ends exactly at the limit counts as truncated, since nothing can follow it.
        if (generated >= call.maxNewTokens() || length >= context) return finish(Finish.LENGTH, tokenizer);
        return stepEnds && call.stopAtStep() ? finish(Finish.STEP, tokenizer) : null;
    }

    /// The text that each token adds, in whole characters, since a token may end within a character.
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
        steps.add(Step.of(
                tokenizer.decode(tokens, stepStart, length),
                Arrays.copyOfRange(tokens, stepStart, length),
                Arrays.copyOfRange(logProbs, stepStart - inputLength, length - inputLength)));
        stepStart = length;
    }

    private Result.Sampled finish(Finish finish, Tokenizer tokenizer) {
        closeStep(tokenizer);
        return new Result.Sampled(steps, finish, cost(generated));
    }

    /// The cost of this call for its path, independent of the cache, so that the log does not depend on what else
    /// ran (decision 0011).
    private Cost cost(int generated) {
        int prompt = call.path().isEmpty() && task.begun().length == 0 ? segmentEnds[0] : 0;
        return new Cost(generated, prompt + generated);
    }
}
