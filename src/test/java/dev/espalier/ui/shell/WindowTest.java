package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.analysis.Curve;
import dev.espalier.app.Perspectives;
import dev.espalier.experiment.Workbench;
import dev.espalier.io.Home;
import dev.espalier.ui.compare.CompareModel;
import dev.espalier.ui.compare.ComparePerspective;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.kit.Screens;
import dev.espalier.ui.kit.WindowSettings;
import dev.espalier.ui.runs.RunsModel;
import dev.espalier.ui.runs.RunsPerspective;
import dev.espalier.ui.search.Phase;
import dev.espalier.ui.search.SearchModel;
import dev.espalier.ui.search.SearchPerspective;
import dev.espalier.ui.search.StrategyChoice;
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
import javafx.scene.control.Button;
import javafx.scene.control.Label;
import javafx.scene.control.TabPane;
import javafx.scene.control.TableView;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.stage.Stage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The real window with the sample models, headless. Screenshots are in target/screenshots.
@Timeout(300)
@Tag("slow")
class WindowTest {
    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private Stage stage;
    private MainWindow window;
    private WindowSettings settings;

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

    private void open(double width, double height) {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "no sample models at " + Home.sampleModels());
        window(this::workbench, width, height);
        Screens.until(
                "the workbench",
                () -> window.shell() != null
                        && search().loaded().get()
                        && runs().loaded().get());
        Screens.frames(10);
        assumeTrue(
                search().form().policies().size() > 0
                        && search().form().rewards().size() > 1,
                "no usable policy and reward model in " + Home.sampleModels());
    }

    private void window(Supplier<Workbench> source, double width, double height) {
        settings = new WindowSettings(folder.resolve("window.json"), workers);
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setX(0);
            stage.setY(0);
            stage.setWidth(width);
            stage.setHeight(height);
            var made = new MainWindow(
                    stage,
                    settings,
                    Background.of(workers, Platform::runLater),
                    new ChosenFile(Optional.of(folder.resolve("own.jsonl"))),
                    Perspectives.ALL);
            made.open(source);
            stage.show();
            return made;
        });
    }

    private Workbench workbench() {
        try (var files = Files.list(Home.sampleProblems())) {
            return Workbench.open(new Workbench.Settings(
                    folder.resolve("runs.db"),
                    Home.sampleModels(),
                    files.filter(file -> file.toString().endsWith(".jsonl"))
                            .sorted()
                            .toList()));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void picture(String name) {
        Screens.frames(12);
        Screens.picture(window.scene(), name);
    }

    private void dark(boolean on) {
        Screens.run(() -> settings.dark().set(on));
    }

    private SearchModel search() {
        return perspective(SearchPerspective.class).model();
    }

    private CompareModel compare() {
        return perspective(ComparePerspective.class).model();
    }

    private RunsModel runs() {
        return perspective(RunsPerspective.class).model();
    }

    private <T extends Perspective> T perspective(Class<T> kind) {
        return window.shell().perspectives().stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .findFirst()
                .orElseThrow();
    }

    private void show(Class<? extends Perspective> kind) {
        window.shell().show(perspective(kind));
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

    @Test
    void outputsOfAnotherProgramAreImportedAndOpenInEveryView() throws IOException {
        var lines = new StringBuilder();
        for (int problem = 0; problem < 6; problem++) {
            lines.append("{\"problem\": \"What is $")
                    .append(problem)
                    .append(" + 10$?\", \"answer\": \"")
                    .append(problem + 10)
                    .append("\", \"completions\": [");
            for (int i = 0; i < 16; i++)
                lines.append(i == 0 ? "" : ", ")
                        .append("\"Ten and ")
                        .append(problem)
                        .append(".\\n\\nSo it is $\\\\boxed{")
                        .append(problem + (i % 3 == 0 ? 9 : 10))
                        .append("}$.\"");
            lines.append("], \"scores\": [");
            for (int i = 0; i < 16; i++)
                lines.append(i == 0 ? "" : ", ")
                        .append("[0.9, ")
                        .append(i % 3 == 0 ? 0.2 : 0.6 + 0.02 * i)
                        .append(']');
            lines.append("]}\n");
        }
        Files.writeString(folder.resolve("own.jsonl"), lines + "{\"broken\n");
        open(1400, 860);
        Screens.run(() -> {
            show(RunsPerspective.class);
            runs().imports().choose();
        });
        Screens.until(
                "the import",
                () -> !runs().imports().running().get() && runs().searches().size() == 6);
        assertThat(runs().imports().message().get())
                .contains("6 searches imported, 1 line skipped")
                .contains("line 7");
        assertThat(runs().selected().get()).isNotNull();
        assertThat(runs().searches()).noneMatch(RunsModel::resumable);
        picture("imported-runs");
        Screens.run(() -> {
            show(SearchPerspective.class);
            search().open(runs().searches().getFirst().id());
        });
        Screens.until(
                "the stored search",
                () -> search().tree().phase().get() == Phase.FINISHED
                        && search().votes().tally().get().candidates() == 16);
        Screens.until(
                "the elected candidate in the inspector",
                () -> search().tree().selected().get() > 0);
        Screens.run(() -> ((TabPane) window.scene().lookup(".inspector .tab-pane"))
                .getSelectionModel()
                .select(1));
        Screens.frames(20);
        picture("imported-search");
        Screens.run(() -> {
            show(ComparePerspective.class);
            compare().show(List.of(runs().selected().get().run().id()), "imported");
        });
        Screens.until("its curves", () -> !compare().rows().isEmpty());
        picture("imported-curves");
    }

    @Test
    void enterOnAStoredSearchOnlyOpensItAndEnterInTheFormRuns() {
        open(1400, 860);
        Screens.run(() -> {
            search().form().strategy().set(new StrategyChoice("best-of-n"));
            search().form().parameter("N").set("2");
            search().run();
        });
        var tree = search().tree();
        Screens.until("the end", () -> tree.phase().get() == Phase.FINISHED);
        long stored = tree.stored();
        Screens.run(() -> show(RunsPerspective.class));
        Screens.until("the run", () -> runs().total() == 1);
        Screens.run(() -> ((TableView<?>) window.scene().lookup("#runs"))
                .getSelectionModel()
                .select(0));
        Screens.until("its search", () -> runs().searches().size() == 1);
        Screens.run(() -> {
            var table = (TableView<?>) window.scene().lookup("#searches");
            table.requestFocus();
            table.getSelectionModel().select(0);
        });
        press(KeyCode.ENTER, false);
        Screens.frames(10);
        Screens.until(
                "the stored search",
                () -> search().runnable().get() && tree.phase().get() == Phase.FINISHED);
        assertThat(tree.stored()).isEqualTo(stored);
        assertThat(runs().total()).isEqualTo(1);

        Screens.run(() -> window.scene().lookup("#seed").requestFocus());
        press(KeyCode.ENTER, false);
        Screens.until("the next run", () -> tree.phase().get() == Phase.FINISHED && tree.stored() != stored);
    }

    @Test
    void aSearchPausesAtABreakpointGoesBackInTimeAndForksByKey() {
        open(1400, 860);
        var tree = search().tree();
        Screens.run(() -> {
            search().form().parameter("lookahead").set("1");
            tree.breakpoints().set("score < frob");
        });
        assertThat(tree.breakpointError().get()).contains("frob");
        picture("search-breakpoint-refused");
        Screens.run(() -> tree.breakpoints().set("iteration = 2"));
        press(KeyCode.ENTER, true);
        Screens.until(
                "the breakpoint",
                () -> tree.phase().get() == Phase.PAUSED
                        && tree.snapshot().get().tree().iterations() == 2);
        assertThat(Screens.on(tree::hit)).isEqualTo("iteration = 2");
        picture("search-breakpoint");
        int paused = tree.total().get();
        Screens.run(() -> tree.breakpoints().set(""));
        Screens.run(search()::pauseOrResume);
        Screens.until(
                "the end",
                () -> tree.phase().get() == Phase.FINISHED
                        && tree.snapshot().get().shown() == tree.total().get());
        long parent = tree.stored();
        int whole = tree.total().get();
        press(KeyCode.HOME, false);
        assertThat(tree.cursor().get()).isZero();
        press(KeyCode.PERIOD, false);
        assertThat(tree.cursor().get()).isOne();
        Screens.run(tree::nextIteration);
        int first = tree.cursor().get();
        Screens.until("the first choice", () -> tree.snapshot().get().shown() == first);
        assertThat(tree.happened().get()).startsWith("iteration 1: ");
        int kept = tree.snapshot().get().tree().nodes().stream()
                .filter(node -> node.fate() == dev.espalier.search.log.SearchTree.Fate.KEPT)
                .findFirst()
                .orElseThrow()
                .id();
        Screens.run(() -> tree.selected().set(kept));
        picture("search-travelled-back");
        Screens.run(() -> tree.selected().set(0));
        press(KeyCode.DELETE, false);
        Screens.until("the reason why not", () -> search().refusal().get().contains("not a step"));
        assertThat(tree.stored()).isEqualTo(parent);
        Screens.run(() -> tree.selected().set(kept));
        press(KeyCode.DELETE, false);
        Screens.until(
                "the fork",
                () -> tree.phase().get() == Phase.FINISHED
                        && tree.stored() != parent
                        && tree.snapshot().get().shown() == tree.total().get()
                        && tree.total().get() > first);
        assertThat(tree.snapshot().get().tree().forked()).isTrue();
        assertThat(tree.snapshot().get().tree().node(kept).children()).isEmpty();
        assertThat(paused).isLessThan(whole);
        picture("search-forked");
        Screens.run(() -> tree.cursor().set(first));
        Screens.until("the moment", () -> tree.snapshot().get().shown() == first);
        int other = tree.snapshot().get().tree().nodes().stream()
                .filter(node -> node.fate() == dev.espalier.search.log.SearchTree.Fate.KEPT)
                .findFirst()
                .orElseThrow()
                .id();
        Screens.run(() -> tree.selected().set(other));
        press(KeyCode.F2, false);
        picture("search-edit-step");
        assertThat(Screens.on(() -> window.scene().lookup(".veil"))).isNotNull();
        press(KeyCode.ESCAPE, false);
        assertThat(Screens.on(() -> window.scene().lookup(".veil"))).isNull();
    }

    @Test
    void everyStrategyRunsFromTheForm() {
        open(1400, 860);
        var tree = search().tree();
        Screens.run(() -> search().form().parameter("N").set("8"));
        for (var method : StrategyChoice.all()) {
            Screens.run(() -> search().form().strategy().set(method));
            long before = tree.stored();
            Screens.run(search()::run);
            Screens.until(
                    method + " to its end",
                    () -> tree.phase().get() == Phase.FINISHED
                            && tree.stored() != before
                            && tree.snapshot().get().shown() == tree.total().get()
                            && search().votes().tally().get().candidates()
                                    == tree.snapshot().get().tree().candidates().size()
                            && tree.selected().get() > 0);
            picture("strategy-" + method.name());
        }
    }

    @Test
    void theFirstSearchRunsWithOneKeyGrowsItsTreeAndShowsItsCandidates() {
        open(1400, 860);
        picture("search-empty");
        assertThat(search().problems().problem().get()).isNotNull();
        assertThat(search().form().error().get()).isNull();
        Screens.run(() -> search().form().parameter("N").set("16"));
        press(KeyCode.ENTER, true);
        Screens.until(
                "the first events",
                () -> search().tree().snapshot().get().tree().maxDepth() >= 2);
        Screens.run(search()::pauseOrResume);
        Screens.until(
                "the pause",
                () -> search().tree().phase().get() == Phase.PAUSED
                        || !search().tree().phase().get().live());
        picture("search-paused");
        Screens.run(() -> search().tree().resume());
        Screens.until("the end", () -> search().tree().phase().get() == Phase.FINISHED);
        Screens.until("the votes", () -> search().votes().tally().get().candidates() == 16);
        assertThat(search().tree().snapshot().get().tree().candidates()).hasSize(16);
        Screens.until(
                "the elected candidate in the inspector",
                () -> search().tree().selected().get() > 0);
        picture("search-finished");
        Screens.run(() -> search().tree()
                .selected()
                .set(search().tree().snapshot().get().tree().candidates().get(3).id()));
        picture("search-inspected");
        int selected = Screens.on(() -> search().tree().selected().get());
        press(KeyCode.UP, false);
        assertThat(Screens.on(() -> search().tree().selected().get()))
                .isEqualTo(
                        search().tree().snapshot().get().tree().node(selected).parent());
        press(KeyCode.DOWN, false);
        assertThat(Screens.on(() -> search().tree()
                        .snapshot()
                        .get()
                        .tree()
                        .node(search().tree().selected().get())
                        .depth()))
                .isGreaterThan(0);
        Screens.run(() -> search().tree().selected().set(selected));
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

    @Test
    void dvtsWithABudgetThatMDoesNotDivideShowsAnErrorAtTheField() {
        open(1400, 860);
        Screens.run(() -> {
            search().form().strategy().set(new StrategyChoice("dvts"));
            search().form().parameter("N").set("18");
        });
        picture("search-refused");
        assertThat(search().runnable().get()).isFalse();
        var sentence = Screens.on(() -> ((Label) window.scene().lookup(".search-form #errorText")).getText());
        assertThat(sentence).contains("4 does not divide 18").contains("16 or 20");
    }

    @Test
    void aSweepDrawsItsCurvesAndItsRunsAreListedWithTheirCards() {
        open(1400, 860);
        Screens.run(() -> show(ComparePerspective.class));
        picture("compare-empty");
        Screens.run(() -> show(RunsPerspective.class));
        picture("runs-empty");
        Screens.run(() -> {
            show(ComparePerspective.class);
            var form = compare().form();
            form.count().set("6");
            form.budgets().set("1, 2, 4, 8");
            form.m().set("2");
            compare().run();
        });
        Screens.until(
                "the first curves",
                () -> !compare().curves().get().isEmpty()
                        || !compare().running().get());
        picture("sweep-running");
        Screens.until("the sweep's end", () -> !compare().running().get());
        assertThat(compare().message().get()).isEmpty();
        assertThat(compare().curves().get())
                .extracting(Curve::strategy)
                .contains("greedy", "majority", "weighted", "beam-search M=2");
        picture("sweep-finished");
        dark(true);
        picture("sweep-finished-dark");
        Screens.run(() -> show(RunsPerspective.class));
        Screens.until("the runs", () -> runs().total() > 0);
        var table = Screens.on(() -> (TableView<?>) window.scene().lookup("#runs"));
        Screens.run(() -> table.getSelectionModel().select(0));
        Screens.until("its searches", () -> !runs().searches().isEmpty());
        picture("runs-dark");
        dark(false);
        picture("runs");
        Screens.run(() -> {
            stage.setWidth(1000);
            stage.setHeight(640);
        });
        picture("runs-small");
        Screens.run(() -> ((Button) window.scene().lookup("#curves")).fire());
        Screens.until(
                "the curve of the stored run", () -> compare().curves().get().size() == 1);
        picture("curves-of-a-run-small");
        Screens.run(() -> search().open(runs().searches().getFirst().id()));
        Screens.run(() -> show(SearchPerspective.class));
        Screens.until("the stored tree", () -> search().tree().phase().get() == Phase.FINISHED);
        picture("search-stored-small");
    }

    @Test
    void aCancelledSweepKeepsItsResultsAndResumes() {
        open(1400, 860);
        var compare = compare();
        Screens.run(() -> {
            show(ComparePerspective.class);
            compare.form().count().set("12");
            compare.form().budgets().set("1, 4");
            compare.run();
        });
        Screens.until(
                "some searches",
                () -> compare.progress().get().done() >= 5 || !compare.running().get());
        Screens.run(compare::cancel);
        Screens.until("the cancellation", () -> !compare.running().get());
        picture("sweep-cancelled");
        assertThat(compare.state().get()).startsWith("cancelled after ");
        assertThat(Screens.on(() -> ((Button) window.scene().lookup("#start")).getText()))
                .isEqualTo("Resume sweep");
        Screens.run(compare::run);
        Screens.until("the end", () -> !compare.running().get());
        assertThat(compare.progress().get().done())
                .isEqualTo(compare.progress().get().total());
        assertThat(Screens.on(() -> ((Button) window.scene().lookup("#start")).getText()))
                .isEqualTo("Start sweep");
    }

    @Test
    void aSearchThatStartsPausedIsSteppedFromItsFirstIteration() {
        open(1100, 700);
        var tree = search().tree();
        Screens.run(search()::runPaused);
        Screens.until("the pause", () -> tree.phase().get() == Phase.PAUSED);
        assertThat(Screens.on(() -> tree.snapshot().get().tree().iterations())).isZero();
        picture("search-started-paused");
        for (int iteration = 1; iteration <= 2; iteration++) {
            int expected = iteration;
            press(KeyCode.S, false);
            Screens.until(
                    "iteration " + iteration,
                    () -> tree.phase().get() == Phase.PAUSED
                            && tree.snapshot().get().tree().iterations() == expected);
        }
        press(KeyCode.SPACE, false);
        Screens.until("the end", () -> tree.phase().get() == Phase.FINISHED);
    }

    @Test
    void aPausedSearchStepsOneIterationIsCancelledAndResumesFromTheStore() {
        open(1400, 860);
        var tree = search().tree();
        Screens.run(() -> {
            search().form().parameter("N").set("32");
            search().run();
        });
        Screens.until("the start", () -> tree.phase().get().live());
        press(KeyCode.SPACE, false);
        Screens.until("the pause", () -> tree.phase().get() == Phase.PAUSED);
        int before = Screens.on(() -> tree.snapshot().get().tree().iterations());
        press(KeyCode.S, false);
        Screens.until(
                "the next pause",
                () -> tree.phase().get() == Phase.PAUSED
                        && tree.snapshot().get().tree().iterations() == before + 1);
        press(KeyCode.ESCAPE, false);
        Screens.until("the cancellation", () -> tree.phase().get() == Phase.CANCELLED);
        picture("search-cancelled");
        Screens.run(() -> search().resume(tree.stored()));
        Screens.until(
                "the end",
                () -> tree.snapshot().get().tree().over() && tree.phase().get() == Phase.FINISHED);
        assertThat(tree.snapshot().get().tree().candidates()).hasSize(32);
    }

    @Test
    void aTypedProblemRunsWithoutAGoldAnswer() {
        open(1400, 860);
        Screens.run(() -> {
            search().problems().typedText().set("What is $12 + 5$?");
            search().problems().typing().set(true);
            search().form().strategy().set(new StrategyChoice("best-of-n"));
            search().form().parameter("N").set("4");
            search().run();
        });
        Screens.until("the end", () -> search().tree().phase().get() == Phase.FINISHED);
        Screens.until("the votes", () -> search().votes().tally().get().candidates() == 4);
        picture("search-own-problem");
    }

    @Test
    void anOpenedFileIsListedAndItsBadLineIsReported() throws IOException {
        Files.writeString(folder.resolve("own.jsonl"), """
            {"problem": "What is $2+2$?", "answer": "4", "level": 1}
            this line is none
            {"problem": "What is $2+3$?", "answer": "5", "level": 1}
            """);
        window(
                () -> Workbench.open(
                        new Workbench.Settings(folder.resolve("runs.db"), folder.resolve("no-models"), List.of())),
                1000,
                640);
        Screens.until(
                "the workbench",
                () -> window.shell() != null && search().loaded().get());
        press(KeyCode.O, true);
        Screens.until("the problems", () -> search().problems().shown().size() == 2);
        Screens.frames(5);
        picture("problems-opened");
        assertThat(search().problemError().get()).contains("line 2");
    }

    @Test
    void anInvalidDatabaseIsReportedWithWhatToDo() throws IOException {
        var file = Files.writeString(
                folder.resolve("broken.db"), "this is not a database, whatever its name says".repeat(200));
        window(() -> Workbench.open(new Workbench.Settings(file, folder.resolve("models"), List.of())), 1000, 640);
        Screens.until(
                "the message",
                () -> window.scene().lookup("#again") != null
                        && window.scene().lookup("#ways").isVisible());
        picture("start-failed");
        var sentence = Screens.on(() -> ((Label) window.scene().lookup("#message")).getText());
        assertThat(sentence).contains("broken.db");
    }

    @Test
    void withoutModelsTheWindowSaysWhatIsMissing() {
        window(
                () -> Workbench.open(
                        new Workbench.Settings(folder.resolve("runs.db"), folder.resolve("no-models"), List.of())),
                1000,
                640);
        Screens.until(
                "the workbench",
                () -> window.shell() != null && search().loaded().get());
        Screens.frames(5);
        picture("nothing-there");
        assertThat(search().runnable().get()).isFalse();
        press(KeyCode.F1, false);
        picture("shortcuts");
        Screens.run(() -> ((Button) window.scene().lookup("#done")).fire());
        Screens.frames(2);
        press(KeyCode.K, true);
        Screens.frames(2);
        Screens.run(() -> ((TextField) window.scene().lookup("#query")).setText("parity mode"));
        press(KeyCode.ENTER, false);
        picture("modes");
        assertThat(window.scene().getRoot().lookupAll(".label").stream()
                        .filter(Label.class::isInstance)
                        .map(label -> ((Label) label).getText()))
                .contains("Votes like any answer.");
    }
}
