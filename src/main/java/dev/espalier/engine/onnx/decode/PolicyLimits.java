package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.folder.ModelFolder;

/// How much a policy does at once and how much memory it may take.
///
/// @param rows       most rows in flight
/// @param cacheBytes memory for the KV of prompts and kept tree nodes
/// @param workers    threads with rows of their own, each running the graph on its own
/// @param rowBytes   memory for the KV of the rows in flight: fewer are taken where those might outgrow it
public record PolicyLimits(int rows, long cacheBytes, int workers, long rowBytes) {
    private static final long ROW_BYTES = 2L << 30;
    private static final long CACHE_BYTES = 256L << 20;
    private static final long SMALL_MODEL = 10_000_000;
    private static final int ROWS_A_WORKER = 6;
    private static final int ROWS_OF_A_LARGE_MODEL = 128;
    private static final int DEVICE_ROWS = 256;

    /// A small model's weights stay in the processor's caches, and the KV of few rows too: each thread works on some of its own. A large model reads
    /// its weights at every turn, for as many rows as there are, and all threads share each operator; two workers, so that one draws while
    /// the other's kernels run (decision 0068).
    public static PolicyLimits of(ModelFolder model, int threads) {
        if (small(model)) return new PolicyLimits(ROWS_A_WORKER * threads, CACHE_BYTES, threads, ROW_BYTES);
        return new PolicyLimits(ROWS_OF_A_LARGE_MODEL, CACHE_BYTES, Math.min(threads, 2), ROW_BYTES);
    }

    /// Whether a model's weights stay in the processor's caches.
    public static boolean small(ModelFolder model) {
        return model.shape().parameters() < SMALL_MODEL;
    }

    /// What suits a model where it is going to be opened.
    public static PolicyLimits of(ModelFolder model, DeviceBackend backend, int threads) {
        return backend.cpu() ? of(model, threads) : onDevice(model, backend.availableBytes());
    }

    /// On a device one run serves all rows, the more the better until its memory is full: three fifths of what the weights leave are for rows,
    /// one fifth for the cache; the rest is for what graphs need while they run.
    ///
    /// @param availableBytes bytes that the device has before the model is opened
    private static PolicyLimits onDevice(ModelFolder model, long availableBytes) {
        long rest = Math.max(0, availableBytes - model.shape().parameters() * Short.BYTES);
        return new PolicyLimits(DEVICE_ROWS, rest / 5, 1, rest / 5 * 3);
    }

    public PolicyLimits {
        if (rows < 1 || cacheBytes < 0 || workers < 1) throw new EspalierException("A policy needs room for at least one row, one worker and a cache of at least 0 bytes.");
    }

    public PolicyLimits(int rows, long cacheBytes) {
        this(rows, cacheBytes, rows > 1 ? 2 : 1, ROW_BYTES);
    }

    /// The same with so much memory for all KV, divided between rows and cache as before.
    public PolicyLimits withMemory(long bytes) {
        double share = cacheBytes + rowBytes > 0 ? (double) cacheBytes / (cacheBytes + rowBytes) : 0;
        long cache = (long) (bytes * share);
        return new PolicyLimits(rows, cache, workers, bytes - cache);
    }

    /// What each of some workers may use.
    public PolicyLimits each(int workers) {
        return new PolicyLimits(Math.ceilDiv(rows, workers), cacheBytes, 1, rowBytes / workers);
    }
}
