package dev.espalier.engine.onnx.decode;

import dev.espalier.model.Result;
import java.util.concurrent.CompletableFuture;

/// What is wanted of a row once its path has gone through the model.
public sealed interface DecodeTask {
    CompletableFuture<? extends Result> future();

    /// Given tokens behind the path's steps, whose KV is kept token by token.
    int[] begun();

    /// Tokens, drawn one after the other.
    ///
    /// @param endless whether only the limit ends it
    record Continuation(boolean endless, CompletableFuture<Result.Sampled> future) implements DecodeTask {
        private static final int[] NOTHING = {};

        @Override
        public int[] begun() {
            return NOTHING;
        }
    }

    /// The k most probable next tokens, once.
    record NextTokens(int[] begun, int k, CompletableFuture<Result.NextTokens> future) implements DecodeTask {}
}
