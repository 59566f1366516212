package dev.espalier.ui.shell;

import dev.espalier.app.Perspectives;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Screens;
import dev.espalier.ui.kit.ViewContext;
import dev.espalier.ui.kit.WindowSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;

/// The real window, headless, without models and problems, with a further perspective as its last.
final class ToyWindow<T extends Perspective> implements AutoCloseable {
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final MainWindow window;
    private final T toy;
    private Stage stage;

    /// @param stored the window's stored settings
    /// @param context of the toy
    @SuppressWarnings("unchecked") // the last perspective is the one that the factory made
    ToyWindow(Path folder, Map<String, String> stored, Perspective.Factory factory, Function<T, ViewContext> context) {
        Screens.start();
        var settings = new WindowSettings(folder.resolve("window.json"), workers);
        stored.forEach(settings::put);
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setWidth(1000);
            stage.setHeight(640);
            var made = new MainWindow(
                    stage,
                    settings,
                    Background.of(workers, Platform::runLater),
                    new ChosenFile(Optional.empty()),
                    Stream.concat(Perspectives.ALL.stream(), Stream.of(factory)).toList());
            made.open(() -> Workbench.open(
                    new Workbench.Settings(folder.resolve("runs.db"), folder.resolve("no-models"), List.of())));
            stage.show();
            return made;
        });
        Screens.until("the workbench", () -> window.shell() != null);
        toy = (T) window.shell().perspectives().getLast();
        Screens.until(
                "the models and problems",
                () -> context.apply(toy).library().loaded().get());
    }

    MainWindow window() {
        return window;
    }

    T toy() {
        return toy;
    }

    void press(KeyCode code, boolean control) {
        Screens.run(() -> {
            var target = window.scene().getFocusOwner() == null
                    ? window.scene().getRoot()
                    : window.scene().getFocusOwner();
            Event.fireEvent(
                    target,
                    new KeyEvent(
                            KeyEvent.KEY_PRESSED, code.getChar(), code.getChar(), code, false, control, false, false));
        });
    }

    /// On the FX thread.
    Menu menu(String title) {
        return ((MenuBar) window.scene().lookup("#menus"))
                .getMenus().stream()
                        .filter(menu -> menu.getText().equals(title))
                        .findFirst()
                        .orElseThrow();
    }

    @Override
    public void close() {
        Screens.run(() -> {
            window.close();
            stage.close();
        });
        workers.close();
    }
}
