package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.ui.kit.FieldError;
import dev.espalier.ui.kit.ModelChoice;
import dev.espalier.ui.kit.NumberInput;
import dev.espalier.ui.kit.SamplingForm;
import dev.espalier.ui.kit.WindowSettings;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The settings of a new search as the user types them, with validation.
public final class SearchForm {

    /// Fields other than strategy parameters and sampling settings, which use their own names.
    public static final String STRATEGY = "strategy";
    public static final String SEED = "seed";
    public static final String POLICY = "policy";
    public static final String REWARD = "PRM";

    private final ObjectProperty<StrategyChoice> strategy =
            new SimpleObjectProperty<>(new StrategyChoice("beam-search"));
    private final ObjectProperty<Mode> mode = new SimpleObjectProperty<>(Mode.STANDARD);
    /// The input for parameters of all strategies, by name; empty for the default value.
    private final Map<String, StringProperty> parameters =
            new TreeMap<>(Map.of("N", new SimpleStringProperty("16"), "M", new SimpleStringProperty("4")));
    private final SamplingForm sampling = new SamplingForm();
    private final StringProperty seed = new SimpleStringProperty("1");
    private final ObjectProperty<Reduction> reduction = new SimpleObjectProperty<>(Reduction.LAST);
    private final ModelChoice models = new ModelChoice();
    private final ReadOnlyObjectWrapper<@Nullable FieldError> error = new ReadOnlyObjectWrapper<>();
    private String modelError = "";

    public SearchForm() {
        for (var known : Mode.values())
            for (var name : Strategies.names())
                Strategies.find(name, known)
                        .ifPresent(entry -> entry.parameters().forEach(parameter -> parameter(parameter.name())));
        for (var text : List.of(seed, models.policy(), models.reward())) text.subscribe(this::check);
        sampling.whenChanged(this::check);
        parameters.values().forEach(text -> text.subscribe(this::check));
        strategy.subscribe(now -> {
            if (!now.hasParity()) mode.set(Mode.STANDARD);
            check();
        });
        mode.subscribe((before, now) -> {
            // In parity mode the token limit applies to a step, not to a solution.
            if (before != now && now == Mode.PARITY)
                sampling.text(SamplingForm.Field.MAX_TOKENS).set(Integer.toString(Mode.PARITY_STEP_TOKENS));
            else if (before != now) sampling.resetTokens();
            check();
        });
        check();
    }

    public ObjectProperty<StrategyChoice> strategy() {
        return strategy;
    }

    public ObjectProperty<Mode> mode() {
        return mode;
    }

    /// The parameters of the chosen strategy, in display order.
    public List<Parameter> visibleParameters() {
        var all = Strategies.find(strategy.get().name(), mode.get())
                .map(Strategies.Entry::parameters)
                .orElse(List.of());
        // A budget with one possible value needs no field.
        return all.stream()
                .filter(parameter -> !(parameter instanceof Parameter.Whole whole
                        && whole.name().equals("N")
                        && whole.min() == whole.max()))
                .toList();
    }

    /// The input for a parameter. Strategies with a parameter of the same name share it.
    public StringProperty parameter(String name) {
        return parameters.computeIfAbsent(name, _ -> new SimpleStringProperty(""));
    }

    public SamplingForm sampling() {
        return sampling;
    }

    public StringProperty seed() {
        return seed;
    }

    public ObjectProperty<Reduction> reduction() {
        return reduction;
    }

    public StringProperty policy() {
        return models.policy();
    }

    public StringProperty reward() {
        return models.reward();
    }

    public ObservableList<String> policies() {
        return models.policies();
    }

    public ObservableList<String> rewards() {
        return models.rewards();
    }

    /// The reasons why models get no key, by model name.
    public Map<String, String> withheld() {
        return models.withheld();
    }

    /// The first validation error, null for none.
    public ReadOnlyObjectProperty<@Nullable FieldError> error() {
        return error.getReadOnlyProperty();
    }

    /// Sets the available models. Keeps the chosen ones if they are still available.
    public void models(List<ModelEntry> found) {
        modelError = found.stream()
                .filter(entry -> !entry.usable())
                .map(entry -> entry.name() + ": " + entry.problem())
                .findFirst()
                .orElse("");
        models.offer(found);
        check();
    }

    /// Takes the token limit, the step separator and the system prompt from a policy's folder.
    public void recommended(Generation generation) {
        sampling.recommended(generation);
        if (mode.get() == Mode.STANDARD) sampling.resetTokens();
    }

    /// Stores the last choices in the settings.
    public void keep(WindowSettings settings) {
        parameters.forEach((name, text) -> settings.keep("search." + name.toLowerCase(Locale.ROOT), text));
        sampling.keep(settings, "search.");
        settings.keep("search.seed", seed);
        settings.keep("search.policy", policy());
        settings.keep("search.reward", reward());
        for (var known : StrategyChoice.all())
            if (known.name().equals(settings.get("search.strategy", ""))) strategy.set(known);
        strategy.subscribe((_, now) -> settings.put("search.strategy", now.name()));
        for (var known : Reduction.values())
            if (known.label().equals(settings.get("search.reduction", ""))) reduction.set(known);
        reduction.subscribe((_, now) -> settings.put("search.reduction", now.label()));
    }

    /// The search to start.
    ///
    /// @throws IllegalStateException if a field is invalid
    public SearchSpec spec(Problem problem) {
        if (error.get() != null) throw new IllegalStateException(error.get().message());
        return new SearchSpec(
                problem,
                policy().get(),
                models.rewardName(),
                strategy.get().name(),
                given(),
                mode.get(),
                sampling.generation(!strategy.get().samples()),
                reduction.get(),
                Long.parseLong(seed.get().strip()));
    }

    private void check() {
        error.set(findError().orElse(null));
    }

    private Optional<FieldError> findError() {
        var chosen = strategy.get();
        if (policy().get() == null || policy().get().isEmpty()) {
            return invalid(
                    POLICY,
                    "No policy model was found" + (modelError.isEmpty() ? "" : " (" + modelError + ")")
                            + ". Add a model folder to the models folder and restart Espalier.");
        }
        for (var parameter : visibleParameters()) {
            String typed = text(parameter.name());
            if (typed.isEmpty() && !parameter.required()) continue;
            try {
                parameter.check(chosen.name(), parameter.read(typed));
            } catch (EspalierException refused) {
                return invalid(parameter.name(), refused.getMessage());
            }
        }
        boolean steered;
        try {
            steered = Strategies.of(chosen.name(), given(), mode.get()).steeredByScores();
        } catch (EspalierException refused) {
            return invalid(
                    visibleParameters().stream()
                                    .anyMatch(parameter -> parameter.name().equals("M"))
                            ? "M"
                            : STRATEGY,
                    refused.getMessage());
        }
        var unsampled = sampling.error(!chosen.samples());
        if (unsampled.isPresent()) return unsampled;
        if (NumberInput.whole(seed.get()).isEmpty()) return invalid(SEED, "The seed must be a whole number.");
        if (steered && !models.hasReward()) {
            return invalid(
                    REWARD,
                    chosen + " needs step scores: choose a PRM"
                            + (rewards().size() > 1 ? "." : " (the models folder has none)."));
        }
        return Optional.empty();
    }

    /// The typed parameters of the chosen strategy; default values are omitted.
    private Parameters given() {
        var given = Parameters.NONE;
        for (var parameter : visibleParameters())
            if (!text(parameter.name()).isEmpty())
                given = given.with(parameter.name(), parameter.read(text(parameter.name())));
        return given;
    }

    private String text(String parameter) {
        String typed = parameter(parameter).get();
        return typed == null ? "" : typed.strip();
    }

    private static Optional<FieldError> invalid(String field, String message) {
        return Optional.of(new FieldError(field, message));
    }
}
