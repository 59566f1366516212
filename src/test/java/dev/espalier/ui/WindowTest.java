package dev.espalier.ui;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.experiment.Home;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.search.OrderForm;
import dev.espalier.ui.search.Phase;
import dev.espalier.ui.shell.ShellView;
import dev.espalier.ui.shell.ShellView.Perspective;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The real window with the sample models, headless; its pictures lie under target/screenshots.
class WindowTest {
    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private Stage stage;
    private MainWindow window;
    private Remembered remembered;

    @BeforeEach
    void start() {
        Screens.start();
    }

    @AfterEach
    void close() {
        if (window == null) return;
        Screens.run(() -> {
            window.close();
            stage.close();
        });
        workers.close();
    }

    private ShellView open(double width, double height) {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "no sample models at " + Home.sampleModels());
        window(this::workbench, width, height);
        Screens.until("the workbench", () -> window.shell() != null && window.shell().search().loaded().get() && window.shell().runs().loaded().get());
        Screens.frames(10);
        return window.shell();
    }

    private void window(Supplier<Workbench> source, double width, double height) {
        remembered = new Remembered(folder.resolve("window.json"), workers);
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setX(0);
            stage.setY(0);
            stage.setWidth(width);
            stage.setHeight(height);
            var made = new MainWindow(stage, remembered, Background.of(workers, Platform::runLater), new NoFiles());
            made.open(source);
            stage.show();
            return made;
        });
    }

    private Workbench workbench() {
        try (var files = Files.list(Home.sampleProblems())) {
            return Workbench.open(new Workbench.Settings(folder.resolve("runs.db"), Home.sampleModels(), files.filter(file -> file.toString().endsWith(".jsonl")).sorted().toList()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void picture(String name) {
        Screens.frames(12);
        Screens.picture(window.scene(), name);
    }

    private void dark(boolean on) {
        Screens.run(() -> remembered.dark().set(on));
    }

    private void press(KeyCode code, boolean control) {
        Screens.run(() -> {
            var target = window.scene().getFocusOwner() == null ? window.scene().getRoot() : window.scene().getFocusOwner();
            Event.fireEvent(target, new KeyEvent(KeyEvent.KEY_PRESSED, code.getChar(), code.getChar(), code, false, control, false, false));
        });
    }

    @Test
    void aFirstSearchRunsWithOneKeyGrowsItsTreeAndShowsItsCandidates() {
        var shell = open(1400, 860);
        picture("search-empty");
        assertThat(shell.search().problems().problem().get()).isNotNull();
        assertThat(shell.search().form().complaint().get()).isNull();
        Screens.run(() -> shell.search().form().n().set("16"));
        press(KeyCode.ENTER, true);
        Screens.until("the first events", () -> shell.search().tree().snapshot().get().tree().maxDepth() >= 2);
        Screens.run(shell.search()::pauseOrGoOn);
        Screens.until("the pause", () -> shell.search().tree().phase().get() == Phase.PAUSED || !shell.search().tree().phase().get().live());
        picture("search-paused");
        Screens.run(() -> shell.search().tree().goOn());
        Screens.until("the end", () -> shell.search().tree().phase().get() == Phase.FINISHED);
        Screens.until("the votes", () -> shell.search().votes().tally().get().candidates() == 16);
        assertThat(shell.search().tree().snapshot().get().tree().candidates()).hasSize(16);
        picture("search-finished");
        Screens.run(() -> shell.search().tree().selected().set(shell.search().tree().snapshot().get().tree().candidates().get(3).id()));
        picture("search-inspected");
        dark(true);
        picture("search-inspected-dark");
        Screens.run(() -> {
            stage.setWidth(1000);
            stage.setHeight(640);
        });
        picture("search-small-dark");
        dark(false);
        picture("search-small");
        press(KeyCode.K, true);
        picture("palette");
    }
}
