package dev.espalier.ui.endpoint;

import dev.espalier.experiment.endpoint.EndpointSpec;
import dev.espalier.experiment.endpoint.EndpointSpec.Field;
import dev.espalier.ui.kit.Fxml;
import dev.espalier.ui.kit.Panes;
import dev.espalier.ui.kit.Sheet;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import javafx.beans.binding.Bindings;
import javafx.css.PseudoClass;
import javafx.fxml.FXML;
import javafx.scene.control.Button;
import javafx.scene.control.ComboBox;
import javafx.scene.control.Control;
import javafx.scene.control.Label;
import javafx.scene.control.TextField;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.layout.GridPane;
import javafx.scene.layout.HBox;
import javafx.scene.layout.StackPane;
import javafx.util.StringConverter;

/// The sheet that adds an endpoint. Enter adds it if its servers answer, Escape closes the sheet.
public final class EndpointSheet implements Sheet {
    private static final PseudoClass DANGER = PseudoClass.getPseudoClass("danger");

    private final EndpointForm form;
    private final Consumer<String> added;
    private final Runnable close;
    private final StackPane root;

    @FXML
    private GridPane fields;

    @FXML
    private ComboBox<String> kind;

    @FXML
    private TextField addresses;

    @FXML
    private ComboBox<String> model;

    @FXML
    private ComboBox<String> api;

    @FXML
    private ComboBox<String> chat;

    @FXML
    private TextField concurrency;

    @FXML
    private TextField key;

    @FXML
    private ComboBox<String> route;

    @FXML
    private TextField stepEnd;

    @FXML
    private TextField column;

    @FXML
    private ComboBox<String> activation;

    @FXML
    private TextField name;

    @FXML
    private HBox error;

    @FXML
    private Label errorText;

    @FXML
    private HBox checking;

    @FXML
    private Label checkingText;

    @FXML
    private HBox found;

    @FXML
    private Label foundText;

    @FXML
    private Button check;

    @FXML
    private Button cancel;

    @FXML
    private Button add;

    /// @param added receives the name of the endpoint that was added
    public EndpointSheet(EndpointForm form, Consumer<String> added, Runnable close) {
        this.form = form;
        this.added = added;
        this.close = close;
        root = Fxml.ENDPOINT.load(this);
        root.parentProperty().subscribe((before, now) -> {
            if (before != null && now == null) form.leave();
        });
        // A default button would also take Enter while another button of the sheet has the focus.
        root.addEventFilter(KeyEvent.KEY_PRESSED, event -> {
            if (event.getCode() != KeyCode.ENTER) return;
            if (root.getScene().getFocusOwner() instanceof Button focused) focused.fire();
            else add.fire();
            event.consume();
        });
    }

    @Override
    public StackPane root() {
        return root;
    }

    @Override
    public void focus() {
        addresses.requestFocus();
    }

    @FXML
    private void initialize() {
        kind.getItems().setAll("policy", "prm");
        kind.setConverter(new StringConverter<>() {
            @Override
            public String toString(String shown) {
                return "prm".equals(shown) ? "PRM, a reward model" : "policy";
            }

            @Override
            public String fromString(String text) {
                throw new UnsupportedOperationException("the list is not editable");
            }
        });
        kind.valueProperty().bindBidirectional(form.kind());
        addresses.textProperty().bindBidirectional(form.addresses());
        model.setItems(form.models());
        model.getEditor().textProperty().bindBidirectional(form.model());
        choices(api, EndpointSpec.APIS).bindBidirectional(form.api());
        choices(chat, EndpointSpec.chats()).bindBidirectional(form.chat());
        concurrency.textProperty().bindBidirectional(form.concurrency());
        key.textProperty().bindBidirectional(form.key());
        choices(route, EndpointSpec.ROUTES).bindBidirectional(form.route());
        stepEnd.textProperty().bindBidirectional(form.stepEnd());
        column.textProperty().bindBidirectional(form.column());
        choices(activation, EndpointSpec.ACTIVATIONS).bindBidirectional(form.activation());
        name.textProperty().bindBidirectional(form.name());
        name.promptTextProperty().bind(form.savedName());
        var policy = form.kind().isEqualTo("policy");
        for (var row : fields.getChildren()) {
            if (row.getStyleClass().contains("of-policy")) Panes.showWhen(row, policy);
            if (row.getStyleClass().contains("of-prm")) Panes.showWhen(row, policy.not());
        }
        Panes.sentence(
                error,
                errorText,
                form.error().map(EndpointSpec.InvalidField::message).orElse(""));
        Panes.sentence(found, foundText, form.found());
        checkingText.textProperty().bind(Bindings.concat("Checking ", form.addresses()));
        Panes.showWhen(checking, form.running());
        marks();
        var checkDisabled = form.running().or(form.ready().not());
        check.disableProperty().bind(checkDisabled);
        check.setOnAction(_ -> form.check());
        add.textProperty().bind(form.replaces().map(there -> there ? "Replace" : "Add"));
        add.disableProperty().bind(checkDisabled);
        add.setOnAction(_ -> form.add(kept -> {
            close.run();
            added.accept(kept);
        }));
        cancel.setOnAction(_ -> close.run());
    }

    private static javafx.beans.property.ObjectProperty<String> choices(ComboBox<String> box, List<String> choices) {
        box.getItems().setAll(choices);
        return box.valueProperty();
    }

    private void marks() {
        Map<Field, Control> places = new EnumMap<>(Map.of(
                Field.ADDRESS,
                addresses,
                Field.MODEL,
                model,
                Field.API,
                api,
                Field.CHAT,
                chat,
                Field.CONCURRENCY,
                concurrency,
                Field.KEY,
                key,
                Field.COLUMN,
                column,
                Field.NAME,
                name));
        form.error()
                .subscribe(fieldError -> places.forEach((field, place) ->
                        place.pseudoClassStateChanged(DANGER, fieldError != null && fieldError.field() == field)));
    }
}
