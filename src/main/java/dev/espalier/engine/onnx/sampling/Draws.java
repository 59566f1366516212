package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.List;

/// Draws the next tokens of rows from the logits of their last positions.
public sealed interface Draws extends AutoCloseable permits HostDraws, DeviceDraws {
    /// A row that waits for its next token.
    interface Waiting {
        /// How its call wants tokens sampled.
        Generation generation();

        SampleKey key();

        /// Of the next token, counted from where the row began to generate.
        int position();
    }

    /// On the CPU from the whole row; on another device there, so that only a few numbers a row come back.
    ///
    /// @param vocabulary of the graph
    /// @param drawn      how many of its ids may be drawn, from 0 on
    static Draws of(DeviceBackend backend, int vocabulary, int drawn, ElementType element, int mostRows) {
        return backend.cpu() ? new HostDraws(backend, vocabulary, drawn, element, mostRows) : new DeviceDraws(backend, vocabulary, drawn, element, mostRows);
    }

    /// For a policy's rows. Ids behind the tokenizer's fill the graph up to a round number; nothing is drawn from them.
    static Draws of(DeviceBackend backend, ModelFolder model, Tokenizer tokenizer, ElementType element, int mostRows) {
        return of(backend, model.shape().vocabulary(), Math.min(model.shape().vocabulary(), tokenizer.size()), element, mostRows);
    }

    /// Where the graph writes its logits, `[rows, 1, vocabulary]`.
    DeviceMemory logits();

    /// Called when the logits of some rows are there, by the thread that will draw.
    void ready(List<? extends Waiting> rows);

    /// The next token of one of those rows, as its call wants it sampled.
    ///
    /// @param index among them
    /// @throws Sampler.NoProbabilities where the logits are no numbers
    int draw(int index, Waiting row);

    /// The natural logarithm of the last drawn token's probability, before temperature and top-p.
    double logProb();

    /// The logits of one of those rows, of the ids that may be drawn; valid until the next call.
    float[] row(int index);

    Sampler sampler();

    @Override
    void close();
}
