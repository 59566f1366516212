package dev.espalier.ui.shell;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.app.Perspectives;
import dev.espalier.engine.device.Device;
import dev.espalier.engine.device.DeviceChoice;
import dev.espalier.engine.http.FakeServer;
import dev.espalier.engine.http.Ruled;
import dev.espalier.engine.http.wire.FreePort;
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
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javafx.application.Platform;
import javafx.event.Event;
import javafx.scene.Node;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
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

/// Endpoints in the real window, headless: add, reject, save and search.
@Timeout(300)
@Tag("slow")
class EndpointWindowTest {
    /// The value of ESPALIER_TEST_API_KEY in the build.
    private static final String KEY = "sk-only-for-tests-4711";

    @TempDir
    Path folder;

    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final FakeServer server = new FakeServer("vllm", "rule", "other");
    private Stage stage;
    private MainWindow window;
    private WindowSettings settings;

    @BeforeEach
    void open() {
        assumeTrue(Files.isDirectory(Home.sampleModels()), "no sample models at " + Home.sampleModels());
        Screens.start();
        server.on("/v1/completions", request -> {
            switch (request.number()) {
                case 2 -> request.json(500, Map.of("error", "moody"));
                case 4 -> request.stream(List.of(Map.of("choices", List.of(Map.of("text", "half a")))), false);
                case 5 -> request.json(429, "", "Retry-After", "0");
                default -> Ruled.VLLM.answer(request);
            }
        });
        settings = new WindowSettings(folder.resolve("window.json"), workers);
        var workbenchSettings = new Workbench.Settings(
                folder.resolve("runs.db"),
                Home.sampleModels(),
                List.of(Home.sampleProblems().resolve("test.jsonl")),
                DeviceChoice.of(Device.CPU),
                folder.resolve("endpoints"));
        window = Screens.on(() -> {
            stage = new Stage();
            stage.setX(0);
            stage.setY(0);
            stage.setWidth(1400);
            stage.setHeight(860);
            var made = new MainWindow(
                    stage,
                    settings,
                    Background.of(workers, Platform::runLater),
                    new ChosenFile(Optional.empty()),
                    Perspectives.ALL);
            made.open(() -> Workbench.open(workbenchSettings));
            stage.show();
            return made;
        });
        Screens.until(
                "the workbench",
                () -> window.shell() != null
                        && search().loaded().get()
                        && runs().loaded().get());
        Screens.frames(10);
    }

    @AfterEach
    void close() {
        if (window != null)
            Screens.run(() -> {
                window.close();
                stage.close();
            });
        server.close();
        workers.close();
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

    private void picture(String name) {
        Screens.frames(12);
        Screens.picture(window.scene(), name);
    }

    private Node sheet() {
        return window.scene().getRoot().lookup("#endpoint");
    }

    private boolean sheetIsOpen() {
        return sheet() != null;
    }

    private Node of(String id) {
        return sheet().lookup("#" + id);
    }

    private void type(String field, String text) {
        Screens.run(() -> ((TextField) of(field)).setText(text));
    }

    private String sentence(String box) {
        Screens.until(
                "an answer",
                () -> !of("checking").isVisible()
                        && (of("error").isVisible() || of("found").isVisible()));
        return Screens.on(() -> of(box).isVisible() ? ((Label) of(box + "Text")).getText() : "");
    }

    private boolean marked(String field) {
        return Screens.on(() -> of(field).getPseudoClassStates().stream()
                .anyMatch(state -> state.getPseudoClassName().equals("danger")));
    }

    @Test
    void anEndpointIsRejectedWhileItDoesNotAnswerThenAddedAndUsed() throws IOException {
        press(KeyCode.E, true);
        Screens.until("the sheet", this::sheetIsOpen);
        picture("endpoint-new");
        int dead = FreePort.find();
        type("addresses", "http://localhost:" + dead);
        press(KeyCode.ENTER, false);
        assertThat(sentence("error"))
                .isEqualTo(
                        "The endpoint http://localhost:%d of localhost refuses connections; check the address and that the server runs."
                                .formatted(dead));
        assertThat(marked("addresses")).isTrue();
        picture("endpoint-refused");

        type("addresses", server.url().toString());
        type("key", "ESPALIER_TEST_API_KEY");
        Screens.run(() -> ((Button) of("check")).fire());
        assertThat(sentence("error")).contains("has the models rule, other; name one");
        assertThat(marked("model")).isTrue();
        Screens.run(() -> {
            var model = (ComboBox<?>) of("model");
            assertThat(model.getItems()).hasToString("[rule, other]");
            model.getSelectionModel().select(0);
            choose("api", "completions");
        });
        Screens.run(() -> ((Button) of("check")).fire());
        assertThat(sentence("error")).contains("\"api\": \"completions\" needs \"chat\", the model's chat format");
        Screens.run(() -> choose("chat", "plain"));
        Screens.run(() -> ((Button) of("check")).fire());
        assertThat(sentence("found")).isEqualTo("vllm answers with rule, up to 4096 tokens.");
        picture("endpoint-checked");
        Screens.run(() -> settings.dark().set(true));
        picture("endpoint-checked-dark");
        Screens.run(() -> settings.dark().set(false));
        type("name", "rules");
        Screens.run(() -> of("addresses").requestFocus());
        press(KeyCode.ENTER, false);
        Screens.until("the sheet to close", () -> !sheetIsOpen());
        Screens.until(
                "the choice", () -> "rules".equals(search().form().policy().get()));
        assertThat(search().tree().phase().get().live())
                .as("the window's own default button was not pressed")
                .isFalse();
        assertThat(folder.resolve("endpoints/rules/espalier.json"))
                .content()
                .contains("\"ESPALIER_TEST_API_KEY\"")
                .contains("\"completions\"");
        assertThat(Screens.on(() -> compare().form().policies())).contains("rules");

        Screens.run(() -> {
            search().form().strategy().set(new StrategyChoice("beam-search"));
            search().form().parameter("N").set("8");
            search().run();
        });
        Screens.until(
                "the search",
                () -> search().tree().phase().get() == Phase.FINISHED
                        || search().tree().phase().get() == Phase.FAILED);
        assertThat(search().refusal().get()).isEmpty();
        assertThat(search().tree().phase().get()).isEqualTo(Phase.FINISHED);
        assertThat(server.count("/v1/completions")).isGreaterThan(8);
        picture("endpoint-searched");
        Screens.run(() -> settings.save());
        try (var files = Files.walk(folder)) {
            for (var file : files.filter(Files::isRegularFile).toList())
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as("%s", file)
                        .doesNotContain(KEY);
        }
    }

    @SuppressWarnings("unchecked")
    private void choose(String box, String choice) {
        ((ComboBox<String>) of(box)).setValue(choice);
    }

    @Test
    void aRewardModelIsAddedFromTheSweepFormAndEscapeClosesTheSheet() {
        Screens.run(() -> {
            show(ComparePerspective.class);
            stage.setWidth(1000);
            stage.setHeight(640);
        });
        Screens.frames(5);
        Screens.run(() -> ((Button) window.scene().lookup("#addReward")).fire());
        Screens.until("the sheet", this::sheetIsOpen);
        type("addresses", server.url().toString());
        type("key", KEY);
        assertThat(sentence("error")).contains("never stores the key itself").doesNotContain(KEY);
        picture("endpoint-reward-small");
        type("key", "");
        type("name", "judge");
        Screens.run(() -> ((ComboBox<?>) of("model")).getEditor().setText("other"));
        press(KeyCode.ENTER, false);
        Screens.until(
                "the choice", () -> "judge".equals(compare().form().reward().get()));
        assertThat(Screens.on(() -> search().form().reward().get()))
                .as("it was added for the sweep")
                .isNotEqualTo("judge");
        press(KeyCode.E, true);
        Screens.until("the sheet", this::sheetIsOpen);
        try (var silent = new FakeServer("vllm", "m").on("/v1/models", FakeServer.Request::hang)) {
            type("name", "judge");
            type("addresses", silent.url().toString());
            assertThat(Screens.on(() -> ((Button) of("add")).getText())).isEqualTo("Replace");
            press(KeyCode.ENTER, false);
            Screens.until("the question", () -> of("checking").isVisible());
            picture("endpoint-asking");
            press(KeyCode.ESCAPE, false);
        }
        assertThat(Screens.on(this::sheetIsOpen)).isFalse();
        Screens.frames(5);
        assertThat(folder.resolve("endpoints/judge/espalier.json"))
                .as("left while it was asked")
                .content()
                .contains("\"prm\"");
    }
}
