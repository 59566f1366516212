package dev.espalier.ui.compare;

import dev.espalier.problem.ProblemSet;
import dev.espalier.search.Reduction;
import dev.espalier.ui.Panes;
import dev.espalier.ui.View;
import java.util.EnumMap;
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
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.control.Tooltip;
import javafx.scene.layout.HBox;
import javafx.scene.layout.VBox;
import javafx.util.StringConverter;

/// The form in which a sweep is ordered.
final class SweepView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

    private final CompareModel model;
    private final Consumer<String> addEndpoint;
    private final Parent root;
    @FXML private VBox methods;
    @FXML private TextField budgets;
    @FXML private TextField m;
    @FXML private ComboBox<ProblemSet> sets;
    @FXML private TextField count;
    @FXML private Label ofHowMany;
    @FXML private TextField seeds;
    @FXML private TextField temperature;
    @FXML private TextField topP;
    @FXML private TextField topK;
    @FXML private TextField minP;
    @FXML private TextField maxTokens;
    @FXML private ComboBox<Reduction> reduction;
    @FXML private ComboBox<String> policy;
    @FXML private ComboBox<String> reward;
    @FXML private Button addPolicy;
    @FXML private Button addReward;
    @FXML private TextField name;
    @FXML private HBox complaint;
    @FXML private Label complaintText;
    @FXML private Label size;
    @FXML private Button start;
    @FXML private Button cancel;

    SweepView(CompareModel model, Consumer<String> addEndpoint) {
        this.model = model;
        this.addEndpoint = addEndpoint;
        root = View.SWEEP.load(this);
    }

    Parent root() { return root; }

    @FXML
    private void initialize() {
        var form = model.form();
        for (var choice : form.choices()) {
            var box = new CheckBox(choice.title());
            box.setTooltip(new Tooltip(choice.note()));
            box.setAccessibleHelp(choice.note());
            box.selectedProperty().bindBidirectional(choice.wanted());
            methods.getChildren().add(box);
        }
        budgets.textProperty().bindBidirectional(form.budgets());
        m.textProperty().bindBidirectional(form.m());
        sets.setItems(model.sets());
        sets.setConverter(new StringConverter<>() {
            @Override
            public String toString(ProblemSet set) { return set == null ? "" : set.name(); }

            @Override
            public ProblemSet fromString(String text) { throw new UnsupportedOperationException("the list is not editable"); }
        });
        sets.valueProperty().bindBidirectional(form.set());
        count.textProperty().bindBidirectional(form.count());
        ofHowMany.textProperty().bind(form.set().map(set -> "of " + set.problems().size()).orElse(""));
        seeds.textProperty().bindBidirectional(form.seeds());
        temperature.textProperty().bindBidirectional(form.temperature());
        topP.textProperty().bindBidirectional(form.topP());
        topK.textProperty().bindBidirectional(form.topK());
        minP.textProperty().bindBidirectional(form.minP());
        maxTokens.textProperty().bindBidirectional(form.maxTokens());
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(new StringConverter<>() {
            @Override
            public String toString(Reduction shown) { return shown == null ? "" : shown.label(); }

            @Override
            public Reduction fromString(String text) { return Reduction.valueOf(text.toUpperCase(Locale.ROOT)); }
        });
        reduction.valueProperty().bindBidirectional(form.reduction());
        policy.setItems(form.policies());
        policy.valueProperty().bindBidirectional(form.policy());
        reward.setItems(form.rewards());
        reward.valueProperty().bindBidirectional(form.reward());
        Panes.deed(addPolicy, () -> addEndpoint.accept("policy"));
        Panes.deed(addReward, () -> addEndpoint.accept("prm"));
        name.textProperty().bindBidirectional(form.name());
        size.textProperty().bind(form.size());
        Panes.showWhen(size, form.size().map(text -> !text.isEmpty()));
        Panes.sentence(complaint, complaintText, form.complaint().map(SweepForm.Complaint::message).orElse(""));
        marks(form);
        start.disableProperty().bind(model.runnable().not());
        start.setOnAction(_ -> model.run());
        start.textProperty().bind(Bindings.createStringBinding(() -> model.wouldGoOn() ? "Go on" : "Start sweep", model.running(), form.complaint(), form.size()));
        cancel.disableProperty().bind(model.running().not());
        cancel.setOnAction(_ -> model.cancel());
    }

    private void marks(SweepForm form) {
        var places = new EnumMap<SweepForm.Field, Control>(Map.of(SweepForm.Field.BUDGETS, budgets, SweepForm.Field.M, m, SweepForm.Field.SET, sets,
            SweepForm.Field.COUNT, count, SweepForm.Field.SEEDS, seeds, SweepForm.Field.TEMPERATURE, temperature, SweepForm.Field.TOP_P, topP, SweepForm.Field.TOP_K, topK,
            SweepForm.Field.MIN_P, minP));
        places.putAll(Map.of(SweepForm.Field.MAX_TOKENS, maxTokens, SweepForm.Field.POLICY, policy, SweepForm.Field.REWARD, reward));
        form.complaint().subscribe(complained -> places.forEach((field, place) ->
            place.pseudoClassStateChanged(DANGER, complained != null && complained.field() == field)));
    }
}
