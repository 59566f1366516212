package dev.espalier.ui.endpoint;

import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.endpoint.EndpointReport;
import dev.espalier.experiment.endpoint.EndpointSpec;
import dev.espalier.experiment.endpoint.EndpointSpec.Field;
import dev.espalier.experiment.endpoint.EndpointSpec.InvalidField;
import dev.espalier.ui.kit.Background;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.beans.value.ObservableValue;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The settings of a new endpoint as the user types them, with validation and the result of checking the servers.
public final class EndpointForm {
    private final Workbench workbench;
    private final Set<String> names;
    private final Background background;
    private final StringProperty kind;
    private final StringProperty addresses = text(EndpointSpec::addresses);
    private final StringProperty model = text(EndpointSpec::model);
    private final StringProperty api = text(EndpointSpec::api);
    private final StringProperty chat = text(EndpointSpec::chat);
    private final StringProperty concurrency = text(EndpointSpec::concurrency);
    private final StringProperty key = text(EndpointSpec::key);
    private final StringProperty route = text(EndpointSpec::route);
    private final StringProperty stepEnd = text(EndpointSpec::stepEnd);
    private final StringProperty column = text(EndpointSpec::column);
    private final StringProperty activation = text(EndpointSpec::activation);
    private final StringProperty name = text(EndpointSpec::name);
    private final ObservableList<String> models = FXCollections.observableArrayList();
    private final ReadOnlyObjectWrapper<@Nullable InvalidField> error = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper found = new ReadOnlyStringWrapper("");
    private final ReadOnlyBooleanWrapper ready = new ReadOnlyBooleanWrapper();
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper savedName = new ReadOnlyStringWrapper("");
    /// Counts the checks. Only the result of the latest one is used.
    private long checks;

    /// @param kind  "policy" or "prm"
    /// @param names names of the existing models
    public EndpointForm(Workbench workbench, Background background, String kind, Set<String> names) {
        this.workbench = workbench;
        this.names = Set.copyOf(names);
        this.kind = new SimpleStringProperty(kind);
        this.background = background;
        for (var text : List.of(
                this.kind, addresses, model, api, chat, concurrency, key, route, stepEnd, column, activation, name))
            text.subscribe((_, _) -> changed());
    }

    private static StringProperty text(Function<EndpointSpec, String> usual) {
        return new SimpleStringProperty(usual.apply(EndpointSpec.USUAL));
    }

    public StringProperty kind() {
        return kind;
    }

    public StringProperty addresses() {
        return addresses;
    }

    public StringProperty model() {
        return model;
    }

    public StringProperty api() {
        return api;
    }

    public StringProperty chat() {
        return chat;
    }

    public StringProperty concurrency() {
        return concurrency;
    }

    public StringProperty key() {
        return key;
    }

    public StringProperty route() {
        return route;
    }

    public StringProperty stepEnd() {
        return stepEnd;
    }

    public StringProperty column() {
        return column;
    }

    public StringProperty activation() {
        return activation;
    }

    public StringProperty name() {
        return name;
    }

    /// The models on the servers, as far as they have been checked.
    public ObservableList<String> models() {
        return models;
    }

    /// The validation error and its field; null for none, and while there is no address.
    public ReadOnlyObjectProperty<@Nullable InvalidField> error() {
        return error.getReadOnlyProperty();
    }

    /// The result of a successful check, "" before the check.
    public ReadOnlyStringProperty found() {
        return found.getReadOnlyProperty();
    }

    /// Whether the servers can be checked.
    public ReadOnlyBooleanProperty ready() {
        return ready.getReadOnlyProperty();
    }

    /// Whether a check is running.
    public ReadOnlyBooleanProperty running() {
        return running.getReadOnlyProperty();
    }

    /// The name under which the endpoint would be saved.
    public ReadOnlyStringProperty savedName() {
        return savedName.getReadOnlyProperty();
    }

    /// Whether a model with this name exists.
    public ObservableValue<Boolean> replaces() {
        return savedName.map(names::contains);
    }

    /// Checks the servers.
    public void check() {
        ask(spec(), () -> {});
    }

    /// Checks the servers and adds the endpoint if the check succeeds.
    ///
    /// @param added receives the name of the endpoint
    public void add(Consumer<String> added) {
        var spec = spec();
        // Two steps, so that closing the sheet during the check adds nothing.
        ask(
                spec,
                () -> background.run(
                        () -> {
                            workbench.models().keep(spec);
                            return spec.effectiveName();
                        },
                        added,
                        wrong -> error.set(new InvalidField(Field.NAME, wrong))));
    }

    /// Discards the result of a running check.
    public void leave() {
        checks++;
        running.set(false);
    }

    private void ask(EndpointSpec spec, Runnable good) {
        if (running.get() || !ready.get()) return;
        error.set(null);
        found.set("");
        running.set(true);
        long mine = ++checks;
        background.run(
                () -> workbench.models().ask(spec),
                report -> {
                    if (mine != checks) return;
                    running.set(false);
                    show(report);
                    if (report.good()) good.run();
                },
                wrong -> {
                    if (mine != checks) return;
                    running.set(false);
                    error.set(new InvalidField(Field.NAME, wrong));
                });
    }

    private void show(EndpointReport report) {
        // A change of the list clears its field.
        var typed = model.get();
        models.setAll(report.models());
        model.set(typed);
        found.set(report.good() ? report.message() : "");
        error.set(report.field() == null ? null : new InvalidField(report.field(), report.message()));
    }

    private void changed() {
        leave();
        found.set("");
        savedName.set(spec().effectiveName());
        var wrong = spec().invalidField();
        ready.set(wrong.isEmpty());
        error.set(typed(addresses).isBlank() ? null : wrong.orElse(null));
    }

    private EndpointSpec spec() {
        return new EndpointSpec(
                typed(name),
                kind.get(),
                typed(addresses),
                typed(model),
                api.get(),
                chat.get(),
                typed(key),
                typed(concurrency),
                route.get(),
                typed(stepEnd),
                typed(column),
                activation.get());
    }

    private static String typed(StringProperty text) {
        return text.get() == null ? "" : text.get();
    }
}
