package dev.espalier.engine.onnx;

import dev.espalier.engine.ModelFolder;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.ElementType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The prompts of the rows in flight, each once, however many rows stand behind it. A prompt that no row needs any more makes room.
/// Used by one thread.
final class SharedPrompts implements AutoCloseable {
    /// Zeros behind a prompt change no sum where sums go through vectors of the same places: lengths are multiples of this.
    static final int BLOCK = 64;

    /// A row's own KV starts behind the place that stands for its prompt, and has one more number a head than the model, up to a multiple of 16.
    static int ownDim(int headDim) {
        return (headDim + 1 + 15) / 16 * 16;
    }

    /// A prompt in flight.
    static final class Prompt {
        private final int[] tokens;
        private int users;

        private Prompt(int[] tokens) {
            this.tokens = tokens;
        }

        int length() {
            return tokens.length;
        }
    }

    private final List<Prompt> prompts = new ArrayList<>();
    private final KvRows kv;

    SharedPrompts(DeviceBackend backend, ModelFolder model, int most) {
        kv = new KvRows(backend, model, ElementType.F32, model.headDim(), Math.ceilDiv(model.context(), BLOCK) * BLOCK, most);
    }

    KvRows kv() {
        return kv;
    }

    List<Prompt> all() {
        return prompts;
    }

    @Nullable Prompt find(int[] tokens, int length) {
        for (var prompt : prompts) if (Arrays.equals(prompt.tokens, 0, prompt.tokens.length, tokens, 0, length)) return prompt;
        return null;
    }

    /// The most bytes that the prompts can take when one is among them.
    long most(int[] tokens, int length) {
        int longest = length;
        for (var prompt : prompts) longest = Math.max(longest, prompt.length());
        return kv.most(prompts.size() + (find(tokens, length) == null ? 1 : 0), longest);
    }

    /// Room for one more prompt.
    ///
    /// @return its place among the rows of [#kv]
    int reserve(int length) {
        if (prompts.isEmpty()) kv.shrink();
        kv.reserve(prompts.size() + 1, length, prompts.size());
        return prompts.size();
    }

    /// The prompt whose KV was put into the reserved room.
    Prompt add(int[] tokens, int length) {
        var prompt = new Prompt(Arrays.copyOf(tokens, length));
        prompts.add(prompt);
        return prompt;
    }

    void use(Prompt prompt) {
        prompt.users++;
    }

    /// One row less needs it; the last prompt takes the place of one that none needs.
    void release(Prompt prompt) {
        if (--prompt.users > 0) return;
        int place = prompts.indexOf(prompt);
        int last = prompts.size() - 1;
        if (place < last) {
            kv.move(last, place, prompts.get(last).length());
            prompts.set(place, prompts.get(last));
        }
        prompts.remove(last);
    }

    @Override
    public void close() {
        kv.close();
    }
}
