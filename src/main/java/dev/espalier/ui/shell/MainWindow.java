package dev.espalier.ui.shell;

import atlantafx.base.theme.PrimerDark;
import atlantafx.base.theme.PrimerLight;
import dev.espalier.experiment.Workbench;
import dev.espalier.figure.FigureImage;
import dev.espalier.figure.Theme;
import dev.espalier.figure.TreeFigure;
import dev.espalier.figure.TreeLayout;
import dev.espalier.figure.TreeMarks;
import dev.espalier.search.log.SearchTree;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.FileChoice;
import dev.espalier.ui.kit.Library;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.ViewContext;
import dev.espalier.ui.kit.WindowSettings;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javafx.animation.AnimationTimer;
import javafx.application.Application;
import javafx.scene.Scene;
import javafx.scene.layout.StackPane;
import javafx.stage.Stage;
import org.jspecify.annotations.Nullable;

/// The main window: its position, its theme and its content.
final class MainWindow {
    private static final Bounds FIRST = new Bounds(60, 40, 1400, 860);

    private final Stage stage;
    private final WindowSettings settings;
    private final Background background;
    private final FileChoice files;
    private final List<Perspective.Factory> perspectives;
    private final Scene scene = new Scene(new StackPane(), FIRST.width(), FIRST.height());
    private @Nullable Workbench workbench;
    private @Nullable AnimationTimer timer;
    private @Nullable ShellView shell;

    /// @param perspectives factories of the perspectives, in the order of the rail
    MainWindow(
            Stage stage,
            WindowSettings settings,
            Background background,
            FileChoice files,
            List<Perspective.Factory> perspectives) {
        this.stage = stage;
        this.settings = settings;
        this.background = background;
        this.files = files;
        this.perspectives = List.copyOf(perspectives);
        stage.setTitle("Espalier");
        stage.setMinWidth(820);
        stage.setMinHeight(560);
        stage.setScene(scene);
        settings.dark().subscribe(_ -> applyTheme());
    }

    /// The last position, adjusted to the current screens.
    void place(List<Bounds> screens) {
        var bounds = new Bounds(
                        settings.number("x", FIRST.x()),
                        settings.number("y", FIRST.y()),
                        settings.number("width", FIRST.width()),
                        settings.number("height", FIRST.height()))
                .on(screens);
        stage.setX(bounds.x());
        stage.setY(bounds.y());
        stage.setWidth(bounds.width());
        stage.setHeight(bounds.height());
        stage.setMaximized(Boolean.parseBoolean(settings.get("maximised", "false")));
        stage.maximizedProperty().subscribe((_, now) -> settings.put("maximised", now.toString()));
        keep("x", stage.xProperty());
        keep("y", stage.yProperty());
        keep("width", stage.widthProperty());
        keep("height", stage.heightProperty());
    }

    /// Opens the workbench and shows progress; if that fails, shows the reason and a button to retry.
    void open(Supplier<Workbench> opening) {
        var start = new StartView(() -> open(opening), stage::close);
        scene.setRoot(start.root());
        background.run(
                () -> {
                    warmUp();
                    return opening.get();
                },
                this::opened,
                start::failed);
    }

    /// The first drawing loads fonts, which can take seconds, so it runs on a background thread.
    private static void warmUp() {
        for (var theme : List.of(Theme.light(), Theme.dark())) {
            new FigureImage()
                    .render(TreeFigure.fitting(TreeLayout.of(new SearchTree()), TreeMarks.NONE), 600, 400, 1, theme);
        }
    }

    @Nullable
    ShellView shell() {
        return shell;
    }

    Scene scene() {
        return scene;
    }

    void close() {
        if (timer != null) timer.stop();
        settings.save();
        if (workbench != null) workbench.close();
    }

    private void opened(Workbench open) {
        workbench = open;
        var view = new ShellView(
                new ViewContext(open, background, settings, files, new Library(open, background)),
                perspectives,
                stage::close);
        shell = view;
        scene.setRoot(view.root());
        view.open();
        timer = new AnimationTimer() {
            @Override
            public void handle(long nanos) {
                view.pulse(nanos);
            }
        };
        timer.start();
    }

    private void keep(String name, javafx.beans.property.ReadOnlyDoubleProperty side) {
        side.subscribe((_, now) -> {
            if (!stage.isMaximized() && !stage.isIconified() && Double.isFinite(now.doubleValue()))
                settings.put(name, Long.toString(Math.round(now.doubleValue())));
        });
    }

    private void applyTheme() {
        boolean dark = settings.dark().get();
        Application.setUserAgentStylesheet(
                dark ? new PrimerDark().getUserAgentStylesheet() : new PrimerLight().getUserAgentStylesheet());
        scene.getStylesheets().setAll(sheet(dark ? "espalier-dark" : "espalier-light"), sheet("espalier"));
    }

    private static String sheet(String name) {
        return Objects.requireNonNull(MainWindow.class.getResource("/css/" + name + ".css"), name)
                .toExternalForm();
    }
}
