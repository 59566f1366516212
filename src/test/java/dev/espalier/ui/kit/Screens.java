package dev.espalier.ui.kit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.embed.swing.SwingFXUtils;
import javafx.scene.Scene;
import javax.imageio.ImageIO;

/// Drives real windows on a headless screen: runs work on the JavaFX thread, waits for conditions, takes screenshots.
public final class Screens {
    private static final AtomicBoolean STARTED = new AtomicBoolean();
    private static final long PATIENCE_SECONDS = 120;

    private Screens() {}

    public static void start() {
        if (!STARTED.compareAndSet(false, true)) return;
        var ready = new CompletableFuture<Void>();
        Platform.setImplicitExit(false);
        Platform.startup(() -> ready.complete(null));
        get(ready, "the toolkit");
    }

    public static <T> T on(Supplier<T> work) {
        start();
        var result = new CompletableFuture<T>();
        Platform.runLater(() -> {
            try {
                result.complete(work.get());
            } catch (RuntimeException | Error e) {
                result.completeExceptionally(e);
            }
        });
        return get(result, "work on the window's thread");
    }

    public static void run(Runnable work) {
        on(() -> {
            work.run();
            return true;
        });
    }

    /// Waits frame by frame until the condition holds.
    public static void until(String what, BooleanSupplier condition) {
        var held = new CompletableFuture<Void>();
        Platform.runLater(() -> new AnimationTimer() {
            @Override
            public void handle(long now) {
                try {
                    if (!held.isDone() && !condition.getAsBoolean()) return;
                    held.complete(null);
                } catch (RuntimeException | Error e) {
                    held.completeExceptionally(e);
                }
                stop();
            }
        }.start());
        try {
            get(held, what);
        } finally {
            held.cancel(false);
        }
    }

    /// Waits for a number of frames, so that background layouts and drawings arrive.
    public static void frames(int count) {
        int[] seen = {0};
        until(count + " frames", () -> ++seen[0] > count);
    }

    public static Path picture(Scene scene, String name) {
        var image = on(() -> SwingFXUtils.fromFXImage(scene.snapshot(null), null));
        var file = Path.of("target", "screenshots", name + ".png");
        try {
            Files.createDirectories(file.getParent());
            ImageIO.write(image, "png", file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static <T> T get(CompletableFuture<T> future, String what) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException e) {
            throw new AssertionError(what + ": " + e.getCause(), e.getCause());
        } catch (java.util.concurrent.TimeoutException e) {
            throw new AssertionError("waited " + PATIENCE_SECONDS + " s in vain for " + what, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + what, e);
        }
    }
}
