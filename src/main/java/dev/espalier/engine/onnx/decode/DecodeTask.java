package dev.espalier.engine.onnx.decode;

import dev.espalier.model.Result;
import java.util.concurrent.CompletableFuture;

/// What to produce for a row after prefill.
public sealed interface DecodeTask {
    CompletableFuture<? extends Result> future();

    /// Given tokens after the path's steps. Each is a cache segment of its own.
    int[] begun();

    /// Sample tokens until a step, an end token or the limit.
    ///
    /// @param endless true if only the limit ends it
    record Continuation(boolean endless, CompletableFuture<Result.Sampled> future) implements DecodeTask {
        private static final int[] NOTHING = {};

        @Override
        public int[] begun() {
            return NOTHING;
        }
    }

    /// Return the k most probable next tokens.
    record NextTokens(int[] begun, int k, CompletableFuture<Result.NextTokens> future) implements DecodeTask {}
}
