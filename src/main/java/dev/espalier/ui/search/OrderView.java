package dev.espalier.ui.search;

import dev.espalier.search.Reduction;
import dev.espalier.ui.Panes;
import dev.espalier.ui.View;
import java.util.Map;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.Parent;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.layout.HBox;
import javafx.util.StringConverter;

/// The bar in which a search is ordered.
final class OrderView {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

    private final SearchModel model;
    private final Parent root;
    @FXML private ComboBox<OrderForm.Method> method;
    @FXML private ComboBox<String> n;
    @FXML private ComboBox<String> m;
    @FXML private TextField temperature;
    @FXML private TextField topP;
    @FXML private TextField maxTokens;
    @FXML private TextField seed;
    @FXML private ComboBox<Reduction> reduction;
    @FXML private ComboBox<String> policy;
    @FXML private ComboBox<String> reward;
    @FXML private Button run;
    @FXML private HBox complaint;
    @FXML private Label complaintText;

    OrderView(SearchModel model) {
        this.model = model;
        root = View.ORDER.load(this);
    }

    Parent root() { return root; }

    @FXML
    private void initialize() {
        var form = model.form();
        method.getItems().setAll(OrderForm.Method.values());
        method.valueProperty().bindBidirectional(form.method());
        n.getItems().setAll("1", "2", "4", "8", "16", "32", "64", "128", "256");
        n.getEditor().textProperty().bindBidirectional(form.n());
        m.getItems().setAll("1", "2", "4", "8", "16");
        m.getEditor().textProperty().bindBidirectional(form.m());
        temperature.textProperty().bindBidirectional(form.temperature());
        topP.textProperty().bindBidirectional(form.topP());
        maxTokens.textProperty().bindBidirectional(form.maxTokens());
        seed.textProperty().bindBidirectional(form.seed());
        reduction.getItems().setAll(Reduction.values());
        reduction.setConverter(labels());
        reduction.valueProperty().bindBidirectional(form.reduction());
        policy.setItems(form.policies());
        policy.valueProperty().bindBidirectional(form.policy());
        reward.setItems(form.rewards());
        reward.valueProperty().bindBidirectional(form.reward());
        n.disableProperty().bind(form.method().map(chosen -> !chosen.usesN()));
        m.disableProperty().bind(form.method().map(chosen -> !chosen.usesM()));
        temperature.disableProperty().bind(form.method().map(chosen -> !chosen.samples()));
        run.disableProperty().bind(model.runnable().not());
        run.setOnAction(_ -> model.run());
        showComplaints();
    }

    private void showComplaints() {
        var form = model.form();
        var sentence = Bindings.createStringBinding(() -> {
            if (!model.loaded().get()) return "";
            var complained = form.complaint().get();
            return complained != null ? complained.message() : model.refusal().get();
        }, form.complaint(), model.refusal(), model.loaded());
        Panes.sentence(complaint, complaintText, sentence);
        Map<OrderForm.Field, Control> places = Map.of(OrderForm.Field.METHOD, method, OrderForm.Field.N, n, OrderForm.Field.M, m,
            OrderForm.Field.TEMPERATURE, temperature, OrderForm.Field.TOP_P, topP, OrderForm.Field.MAX_TOKENS, maxTokens, OrderForm.Field.SEED, seed,
            OrderForm.Field.POLICY, policy, OrderForm.Field.REWARD, reward);
        form.complaint().subscribe(complained -> places.forEach((field, place) ->
            place.pseudoClassStateChanged(DANGER, complained != null && complained.field() == field)));
    }

    static StringConverter<Reduction> labels() {
        return new StringConverter<>() {
            @Override
            public String toString(Reduction reduction) { return reduction == null ? "" : reduction.label(); }

            @Override
            public Reduction fromString(String text) { return Reduction.valueOf(text.toUpperCase(java.util.Locale.ROOT)); }
        };
    }
}
