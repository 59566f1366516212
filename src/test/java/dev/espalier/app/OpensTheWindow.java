package dev.espalier.app;

import dev.espalier.engine.device.OpensAGraph;
import javafx.animation.AnimationTimer;
import javafx.application.Platform;
import javafx.stage.Stage;
import javafx.stage.Window;

/// Opens Espalier's window as Main does, a graph when it is shown, and closes it.
final class OpensTheWindow {
    private OpensTheWindow() {}

    /// @param arguments a graph
    static void main(String[] arguments) {
        Thread.ofPlatform().daemon().start(() -> {
            while (!running()) Thread.onSpinWait();
            Platform.runLater(() -> new AnimationTimer() {
                private int frames;

                @Override
                public void handle(long now) {
                    if (Window.getWindows().stream().noneMatch(Window::isShowing) || frames++ < 60) return;
                    stop();
                    OpensAGraph.main(arguments);
                    Window.getWindows().stream()
                            .filter(Stage.class::isInstance)
                            .toList()
                            .forEach(window -> ((Stage) window).close());
                }
            }.start());
        });
        Main.main(new String[0]);
    }

    private static boolean running() {
        try {
            Platform.runLater(() -> {});
            return true;
        } catch (IllegalStateException _) {
            return false;
        }
    }
}
