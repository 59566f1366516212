package dev.espalier.ui.compare;

import dev.espalier.problem.ProblemSet;
import dev.espalier.search.log.Reduction;
import dev.espalier.ui.kit.FieldError;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.ModelCell;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.SamplingFields;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.CheckBox;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;

/// The form that starts a sweep.
final class SweepView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

    private final CompareModel model;
    private final Consumer<String> addEndpoint;
    private final SamplingFields sampling;
    private final Parent root;

    @FXML
    private VBox methods;

    @FXML
    private GridPane grid;

    @FXML
    private TextField budgets;

    @FXML
    private TextField m;

    @FXML
    private ComboBox<ProblemSet> sets;

    @FXML
    private TextField count;

    @FXML
    private Label ofHowMany;

    @FXML
    private TextField seeds;

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
    private TextField name;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    @FXML
    private Label size;

    @FXML
    private Button start;

    @FXML
    private Button cancel;

    SweepView(CompareModel model, Consumer<String> addEndpoint) {
        this.model = model;
        this.addEndpoint = addEndpoint;
        sampling = new SamplingFields(model.form().sampling());
        root = Fxml.SWEEP.load(this);
    }

    Parent root() {
        return root;
    }

    @FXML
    private void initialize() {
        var form = model.form();
        for (var choice : form.choices()) {
            var box = new CheckBox(choice.method().title());
            box.setTooltip(new Tooltip(choice.method().note()));
            box.setAccessibleHelp(choice.method().note());
            box.selectedProperty().bindBidirectional(choice.wanted());
            methods.getChildren().add(box);
        }
        budgets.textProperty().bindBidirectional(form.budgets());
        m.textProperty().bindBidirectional(form.m());
        sets.setItems(model.sets());
        sets.setConverter(new StringConverter<>() {
            @Override
            public String toString(ProblemSet set) {
                return set == null ? "" : set.name();
            }

            @Override
            public ProblemSet fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        sets.valueProperty().bindBidirectional(form.set());
        count.textProperty().bindBidirectional(form.count());
        ofHowMany
                .textProperty()
                .bind(form.set().map(set -> "of " + set.problems().size()).orElse(""));
        seeds.textProperty().bindBidirectional(form.seeds());
        sampling.inGrid(grid, seeds, 5);
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(new StringConverter<>() {
            @Override
            public String toString(Reduction shown) {
                return shown == null ? "" : shown.label();
            }

            @Override
            public Reduction fromString(String text) {
                return Reduction.valueOf(text.toUpperCase(Locale.ROOT));
            }
        });
        reduction.valueProperty().bindBidirectional(form.reduction());
        ModelCell.in(policy, form::withheld);
        policy.setItems(form.policies());
        policy.valueProperty().bindBidirectional(form.policy());
        ModelCell.in(reward, form::withheld);
        reward.setItems(form.rewards());
        reward.valueProperty().bindBidirectional(form.reward());
        Panes.iconButton(addPolicy, () -> addEndpoint.accept("policy"));
        Panes.iconButton(addReward, () -> addEndpoint.accept("prm"));
        name.textProperty().bindBidirectional(form.name());
        size.textProperty().bind(form.size());
        Panes.showWhen(size, form.size().map(text -> !text.isEmpty()));
        Panes.sentence(error, errorText, form.error().map(FieldError::message).orElse(""));
        marks(form);
        start.disableProperty().bind(model.runnable().not());
        start.setOnAction(_ -> model.run());
        start.textProperty()
                .bind(Bindings.createStringBinding(
                        () -> model.wouldResume() ? "Resume sweep" : "Start sweep",
                        model.running(),
                        form.error(),
                        form.size()));
        cancel.disableProperty().bind(model.running().not());
        cancel.setOnAction(_ -> model.cancel());
    }

    private void marks(SweepForm form) {
        var places = sampling.byKey();
        places.putAll(Map.of(
                SweepForm.BUDGETS,
                budgets,
                SweepForm.M,
                m,
                SweepForm.SET,
                sets,
                SweepForm.COUNT,
                count,
                SweepForm.SEEDS,
                seeds,
                SweepForm.POLICY,
                policy,
                SweepForm.REWARD,
                reward));
        form.error()
                .subscribe(fieldError -> places.forEach((field, place) -> place.pseudoClassStateChanged(
                        DANGER, fieldError != null && fieldError.field().equals(field))));
    }
}
