package dev.espalier.engine.onnx.sampling;

import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.device.DeviceMemory;
import dev.espalier.engine.folder.ModelFolder;
import dev.espalier.engine.folder.Tokenizer;
import dev.espalier.engine.format.ElementType;
import dev.espalier.model.Generation;
import dev.espalier.model.SampleKey;
import java.util.List;

/// Draws the next tokens of a batch of rows from the logits of their last positions. Not thread-safe.
public sealed interface Draws extends AutoCloseable permits HostDraws, DeviceDraws {
    /// A row that needs a token.
    interface PendingRow {
        /// The sampling settings of its call.
        Generation generation();

        SampleKey key();

        /// Index of the next token among the generated ones.
        int position();
    }

    /// Samples on the host for the CPU. On another device it samples on the device, so that only a few numbers per
    /// row are copied.
    ///
    /// @param vocabulary size of the graph's vocabulary
    /// @param drawable      ids below this number can be drawn
    static Draws of(DeviceBackend backend, int vocabulary, int drawable, ElementType element, int maxRows) {
        return backend.cpu()
                ? new HostDraws(backend, vocabulary, drawable, element, maxRows)
                : new DeviceDraws(backend, vocabulary, drawable, element, maxRows);
    }

    /// For a policy's rows. The graph's vocabulary may be padded beyond the tokenizer's ids; padding ids are never
    /// drawn.
    static Draws of(DeviceBackend backend, ModelFolder model, Tokenizer tokenizer, ElementType element, int maxRows) {
        return of(
                backend,
                model.shape().vocabulary(),
                Math.min(model.shape().vocabulary(), tokenizer.size()),
                element,
                maxRows);
    }

    /// The memory that the graph writes its logits into, `[rows, 1, vocabulary]`.
    DeviceMemory logits();

    /// Call it after the graph has written the logits of a batch, on the thread that draws.
    void onLogits(List<? extends PendingRow> rows);

    /// Draws the next token of a row.
    ///
    /// @param index of the row in the batch
    /// @throws Sampler.InvalidLogits if the logits contain NaN or infinity
    int draw(int index, PendingRow row);

    /// Natural logarithm of the last drawn token's probability, before temperature and top-p.
    double logProb();

    /// The logits of a row of the batch, for the ids that can be drawn. The array is valid until the next call.
    float[] logitsOf(int index);

    Sampler sampler();

    @Override
    void close();
}
