package dev.espalier.ui.search;

import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.ui.kit.FieldError;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.ModelCell;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.ParameterField;
import dev.espalier.ui.kit.SamplingFields;
import dev.espalier.ui.kit.SamplingForm.Field;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Node;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.FlowPane;
import javafx.scene.layout.HBox;
import javafx.util.StringConverter;
import org.jspecify.annotations.Nullable;

/// The bar that starts a search.
final class SearchFormView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

    private final SearchModel model;
    private final Consumer<String> addEndpoint;
    private final Parent root;
    private final Map<String, Control> further = new LinkedHashMap<>();
    private final SamplingFields sampling;

    @FXML
    private ComboBox<StrategyChoice> strategy;

    @FXML
    private FlowPane fields;

    @FXML
    private HBox modeField;

    @FXML
    private ComboBox<Mode> mode;

    @FXML
    private HBox nField;

    @FXML
    private HBox mField;

    @FXML
    private ComboBox<String> n;

    @FXML
    private ComboBox<String> m;

    @FXML
    private HBox seedField;

    @FXML
    private TextField seed;

    @FXML
    private ComboBox<Reduction> reduction;

    @FXML
    private ComboBox<String> policy;

    @FXML
    private ComboBox<String> reward;

    @FXML
    private Button addPolicy;

    @FXML
    private Button addReward;

    @FXML
    private Button run;

    @FXML
    private Button runPaused;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    SearchFormView(SearchModel model, Consumer<String> addEndpoint) {
        this.model = model;
        this.addEndpoint = addEndpoint;
        sampling = new SamplingFields(model.form().sampling());
        root = Fxml.SEARCH_FORM.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        var form = model.form();
        strategy.getItems().setAll(StrategyChoice.all());
        strategy.valueProperty().bindBidirectional(form.strategy());
        n.getItems().setAll("1", "2", "4", "8", "16", "32", "64", "128", "256");
        n.getEditor().textProperty().bindBidirectional(form.parameter("N"));
        m.getItems().setAll("1", "2", "4", "8", "16");
        m.getEditor().textProperty().bindBidirectional(form.parameter("M"));
        fields.getChildren().add(fields.getChildren().indexOf(seedField), sampling.inBar(Field.TEMPERATURE, 48));
        fields.getChildren()
                .addAll(
                        sampling.inBar(Field.TOP_P, 48),
                        sampling.inBar(Field.TOP_K, 44),
                        sampling.inBar(Field.MIN_P, 48),
                        sampling.inBar(Field.MAX_TOKENS, 54));
        seed.textProperty().bindBidirectional(form.seed());
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(labels());
        reduction.valueProperty().bindBidirectional(form.reduction());
        ModelCell.in(policy, form::withheld);
        policy.setItems(form.policies());
        policy.valueProperty().bindBidirectional(form.policy());
        ModelCell.in(reward, form::withheld);
        reward.setItems(form.rewards());
        reward.valueProperty().bindBidirectional(form.reward());
        Panes.iconButton(addPolicy, () -> addEndpoint.accept("policy"));
        Panes.iconButton(addReward, () -> addEndpoint.accept("prm"));
        mode.getItems().setAll(Mode.values());
        mode.setConverter(modes());
        mode.valueProperty().bindBidirectional(form.mode());
        Panes.showWhen(modeField, form.strategy().map(StrategyChoice::hasParity));
        form.strategy().subscribe(this::parameters);
        form.mode().subscribe(this::parameters);
        parameters();
        sampling.field(Field.TEMPERATURE).disableProperty().bind(form.strategy().map(chosen -> !chosen.samples()));
        run.disableProperty().bind(model.runnable().not());
        run.setOnAction(_ -> model.run());
        runPaused.disableProperty().bind(run.disableProperty());
        runPaused.setOnAction(_ -> model.runPaused());
        runPaused.setTooltip(new Tooltip("Start paused, to step through the search from its first step"));
        showErrors();
    }

    /// Adds fields for the parameters of the chosen strategy besides N and M.
    private void parameters() {
        var form = model.form();
        var visible = form.visibleParameters();
        show(nField, visible.stream().anyMatch(parameter -> parameter.name().equals("N")));
        show(mField, visible.stream().anyMatch(parameter -> parameter.name().equals("M")));
        fields.getChildren()
                .removeAll(further.values().stream().map(Node::getParent).toList());
        further.clear();
        int at = fields.getChildren().indexOf(mField) + 1;
        for (var parameter : visible) {
            if (parameter.name().equals("N") || parameter.name().equals("M")) continue;
            var control = ParameterField.of(parameter, form.parameter(parameter.name()));
            var field = new HBox(new Label(ParameterField.label(parameter)), control);
            field.getStyleClass().add("field");
            further.put(parameter.name(), control);
            fields.getChildren().add(at++, field);
        }
        danger(form.error().get());
    }

    private static void show(Node field, boolean shown) {
        field.setVisible(shown);
        field.setManaged(shown);
    }

    private void danger(@Nullable FieldError fieldError) {
        var places = new HashMap<String, Control>(further);
        places.putAll(sampling.byKey());
        places.putAll(Map.of(
                SearchForm.STRATEGY,
                strategy,
                "N",
                n,
                "M",
                m,
                SearchForm.SEED,
                seed,
                SearchForm.POLICY,
                policy,
                SearchForm.REWARD,
                reward));
        places.forEach((field, place) -> place.pseudoClassStateChanged(
                DANGER, fieldError != null && fieldError.field().equals(field)));
    }

    private void showErrors() {
        var form = model.form();
        var sentence = Bindings.createStringBinding(
                () -> {
                    if (!model.loaded().get()) return "";
                    var fieldError = form.error().get();
                    return fieldError != null
                            ? fieldError.message()
                            : model.refusal().get();
                },
                form.error(),
                model.refusal(),
                model.loaded());
        Panes.sentence(error, errorText, sentence);
        form.error().subscribe(this::danger);
    }

    private static StringConverter<Mode> modes() {
        return new StringConverter<>() {
            @Override
            public String toString(Mode mode) {
                return mode == null ? "" : mode.label();
            }

            @Override
            public Mode fromString(String text) {
                return Mode.valueOf(text.toUpperCase(java.util.Locale.ROOT));
            }
        };
    }

    static StringConverter<Reduction> labels() {
        return new StringConverter<>() {
            @Override
            public String toString(Reduction reduction) {
                return reduction == null ? "" : reduction.label();
            }

            @Override
            public Reduction fromString(String text) {
                return Reduction.valueOf(text.toUpperCase(java.util.Locale.ROOT));
            }
        };
    }
}
