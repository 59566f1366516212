package dev.espalier.ui.shell;

import dev.espalier.experiment.Workbench;
import dev.espalier.io.Home;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.WindowSettings;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import javafx.application.Application;
import javafx.application.Platform;
import javafx.stage.Screen;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// The JavaFX application. The window opens immediately and shows progress while the workbench opens in the background.
public final class EspalierApplication extends Application {
    private static volatile @Nullable Supplier<Workbench> source;
    private static volatile List<Perspective.Factory> perspectives = List.of();

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private @Nullable MainWindow window;

    /// Opens the window and returns when it is closed.
    ///
    /// @param workbench opens the workbench on a background thread; the window shows its exceptions as messages
    /// @param views     factories of the perspectives, in the order of the rail
    public static void launch(Supplier<Workbench> workbench, List<Perspective.Factory> views, String[] args) {
        source = workbench;
        perspectives = List.copyOf(views);
        DesktopLibraries.keepOutOfTheHomeFolder();
        Application.launch(EspalierApplication.class, args);
    }

    @Override
    public void init() {
        IconFonts.register();
    }

    @Override
    public void start(Stage stage) {
        var settings = new WindowSettings(Home.folder().resolve("window.json"), workers);
        var opened = new MainWindow(
                stage,
                settings,
                Background.of(workers, Platform::runLater),
                new DesktopFileChoice(stage),
                perspectives);
        window = opened;
        opened.place(Screen.getScreens().stream()
                .map(Screen::getVisualBounds)
                .map(area -> new Bounds(area.getMinX(), area.getMinY(), area.getWidth(), area.getHeight()))
                .toList());
        opened.open(Objects.requireNonNull(source, "launch() hands over the workbench"));
        stage.show();
    }

    @Override
    public void stop() {
        if (window != null) window.close();
        workers.shutdown();
    }
}
