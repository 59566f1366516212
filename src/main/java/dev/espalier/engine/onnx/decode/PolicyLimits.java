package dev.espalier.engine.onnx.decode;

import dev.espalier.EspalierException;
import dev.espalier.engine.device.DeviceBackend;
import dev.espalier.engine.folder.ModelFolder;

/// Limits of a policy's batch size, threads and memory.
///
/// @param rows       max rows in flight
/// @param cacheBytes max bytes of cached KV (prompts and tree nodes)
/// @param workers    threads with their own rows, each of which runs the graph
/// @param rowBytes   max bytes of KV of the rows in flight; fewer rows run if their KV could exceed it
public record PolicyLimits(int rows, long cacheBytes, int workers, long rowBytes) {
    private static final long ROW_BYTES = 2L << 30;
    private static final long CACHE_BYTES = 256L << 20;
    private static final long SMALL_MODEL = 10_000_000;
    private static final int ROWS_PER_WORKER = 6;
    private static final int LARGE_MODEL_ROWS = 128;
    private static final int DEVICE_ROWS = 256;

    /// Defaults for the CPU. A small model's weights and the KV of a few rows fit into the CPU's caches, so each
    /// thread has its own rows. A large model reads its weights in every turn, so many rows run in one batch and
    /// all threads share each operator. It has two workers: one samples while the kernels of the other run
    /// (decision 0068).
    public static PolicyLimits of(ModelFolder model, int threads) {
        if (small(model)) return new PolicyLimits(ROWS_PER_WORKER * threads, CACHE_BYTES, threads, ROW_BYTES);
        return new PolicyLimits(LARGE_MODEL_ROWS, CACHE_BYTES, Math.min(threads, 2), ROW_BYTES);
    }

    /// True if a model's weights fit into the CPU's caches.
    public static boolean small(ModelFolder model) {
        return model.shape().parameters() < SMALL_MODEL;
    }

    /// Defaults for a model on a backend.
    public static PolicyLimits of(ModelFolder model, DeviceBackend backend, int threads) {
        return backend.cpu() ? of(model, threads) : onDevice(model, backend.availableBytes());
    }

    /// Defaults for a GPU. All rows run in one batch, as many as fit into memory. Of the memory that the weights
    /// leave, rows get three fifths and the cache gets one fifth; the rest is for the graph's workspace.
    ///
    /// @param availableBytes of the device before the model is opened
    private static PolicyLimits onDevice(ModelFolder model, long availableBytes) {
        long remaining = Math.max(0, availableBytes - model.shape().parameters() * Short.BYTES);
        return new PolicyLimits(DEVICE_ROWS, remaining / 5, 1, remaining / 5 * 3);
    }

    public PolicyLimits {
        if (rows < 1 || cacheBytes < 0 || workers < 1)
            throw new EspalierException("A policy needs at least one row, one worker and a cache of at least 0 bytes.");
    }

    public PolicyLimits(int rows, long cacheBytes) {
        this(rows, cacheBytes, rows > 1 ? 2 : 1, ROW_BYTES);
    }

    /// The same limits with other memory for KV, divided between rows and cache in the same ratio.
    public PolicyLimits withMemory(long bytes) {
        double share = cacheBytes + rowBytes > 0 ? (double) cacheBytes / (cacheBytes + rowBytes) : 0;
        long cache = (long) (bytes * share);
        return new PolicyLimits(rows, cache, workers, bytes - cache);
    }

    /// The limits of each of several workers.
    public PolicyLimits perWorker(int workers) {
        return new PolicyLimits(Math.ceilDiv(rows, workers), cacheBytes, 1, rowBytes / workers);
    }
}
