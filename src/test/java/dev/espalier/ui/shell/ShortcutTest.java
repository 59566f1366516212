package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.app.Perspectives;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Screens;
import dev.espalier.ui.kit.WindowSettings;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.control.Menu;
import javafx.scene.control.MenuBar;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The keys of commands in the real window, headless.
@Timeout(300)
class ShortcutTest {
    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Perspective.Factory> perspectives = Stream.concat(
                    Perspectives.ALL.stream(), Stream.<Perspective.Factory>of(KeyToy::new))
            .toList();
    private Stage stage;
    private MainWindow window;
    private KeyToy toy;

    @BeforeEach
    void open() {
        Screens.start();
        var settings = new WindowSettings(folder.resolve("window.json"), workers);
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setWidth(1000);
            stage.setHeight(640);
            var made = new MainWindow(
                    stage,
                    settings,
                    Background.of(workers, Platform::runLater),
                    new ChosenFile(Optional.empty()),
                    perspectives);
            made.open(() -> Workbench.open(
                    new Workbench.Settings(folder.resolve("runs.db"), folder.resolve("no-models"), List.of())));
            stage.show();
            return made;
        });
        Screens.until("the workbench", () -> window.shell() != null);
        toy = (KeyToy) window.shell().perspectives().getLast();
        Screens.until(
                "the models and problems",
                () -> toy.context().library().loaded().get());
    }

    @AfterEach
    void close() {
        Screens.run(() -> {
            window.close();
            stage.close();
        });
        workers.close();
    }

    private void press(KeyCode code, boolean control) {
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

    private Menu menuOf(String title) {
        return ((MenuBar) window.scene().lookup("#menus"))
                .getMenus().stream()
                        .filter(menu -> menu.getText().equals(title))
                        .findFirst()
                        .orElseThrow();
    }

    @Test
    void everyKindOfKeyWorksFromTheStartAlsoWhileAListHasTheFocus() {
        press(KeyCode.DIGIT4, true);
        Screens.run(() -> toy.list().requestFocus());
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        press(KeyCode.U, false);
        assertThat(Screens.on(toy::count)).isEqualTo(3);
    }

    @Test
    void keysFollowTheStateOfTheirCommandsWhateverTheMenuShowedLast() {
        press(KeyCode.DIGIT4, true);
        Screens.run(() -> {
            toy.enable(false);
            menuOf("Keys").getOnShowing().handle(new Event(Menu.ON_SHOWING));
        });
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        assertThat(Screens.on(toy::count)).isZero();
        Screens.run(() -> toy.enable(true));
        press(KeyCode.F2, false);
        press(KeyCode.U, true);
        assertThat(Screens.on(toy::count)).isEqualTo(2);
    }
}
