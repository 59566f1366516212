package dev.espalier.ui.compare;

import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.sweep.SweepSpec;
import dev.espalier.model.Generation;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.strategy.Method;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.ui.kit.FieldError;
import dev.espalier.ui.kit.ModelChoice;
import dev.espalier.ui.kit.NumberInput;
import dev.espalier.ui.kit.SamplingForm;
import dev.espalier.ui.kit.WindowSettings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// The settings of a new sweep as the user types them, with validation.
public final class SweepForm {

    /// A method that can be selected.
    public record Choice(Method method, BooleanProperty wanted) {
        public String name() {
            return method.word();
        }

        boolean needsM() {
            return Strategies.entry(method.strategy(), Mode.STANDARD).has("M");
        }
    }

    /// Names of the fields in errors; sampling settings use their own names.
    public static final String METHODS = "methods";
    public static final String BUDGETS = "budgets";
    public static final String M = "M";
    public static final String SET = "set";
    public static final String COUNT = "count";
    public static final String SEEDS = "seeds";
    public static final String POLICY = "policy";
    public static final String REWARD = "PRM";

    private static final Set<Method> TICKED =
            EnumSet.of(Method.GREEDY, Method.MAJORITY, Method.WEIGHTED, Method.BEAM_SEARCH);

    private final List<Choice> choices = Arrays.stream(Method.values())
            .map(method -> new Choice(method, new SimpleBooleanProperty(TICKED.contains(method))))
            .toList();
    private final StringProperty name = new SimpleStringProperty("");
    private final StringProperty budgets = new SimpleStringProperty("1, 4, 16");
    private final StringProperty m = new SimpleStringProperty("4");
    private final ObjectProperty<@Nullable ProblemSet> set = new SimpleObjectProperty<>();
    private final StringProperty count = new SimpleStringProperty("20");
    private final StringProperty seeds = new SimpleStringProperty("1");
    private final SamplingForm sampling = new SamplingForm();
    private final ObjectProperty<Reduction> reduction = new SimpleObjectProperty<>(Reduction.LAST);
    private final ModelChoice models = new ModelChoice();
    private final ReadOnlyObjectWrapper<@Nullable FieldError> error = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper size = new ReadOnlyStringWrapper("");

    public SweepForm() {
        for (var text : List.of(budgets, m, count, seeds, models.policy(), models.reward()))
            text.subscribe(this::check);
        sampling.whenChanged(this::check);
        for (var choice : choices) choice.wanted.subscribe(this::check);
        set.subscribe(this::check);
        check();
    }

    public List<Choice> choices() {
        return choices;
    }

    public StringProperty name() {
        return name;
    }

    public StringProperty budgets() {
        return budgets;
    }

    public StringProperty m() {
        return m;
    }

    public ObjectProperty<@Nullable ProblemSet> set() {
        return set;
    }

    public StringProperty count() {
        return count;
    }

    public StringProperty seeds() {
        return seeds;
    }

    public SamplingForm sampling() {
        return sampling;
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

    /// Why models get no key, by their names.
    public Map<String, String> withheld() {
        return models.withheld();
    }

    public ReadOnlyObjectProperty<@Nullable FieldError> error() {
        return error.getReadOnlyProperty();
    }

    /// The size of the sweep as text, "" if a field is invalid.
    public ReadOnlyStringProperty size() {
        return size.getReadOnlyProperty();
    }

    public void models(List<ModelEntry> found) {
        models.offer(found);
    }

    /// Takes the token limit, the step separator and the system prompt from a policy's folder.
    public void recommended(Generation generation) {
        sampling.recommended(generation);
        sampling.resetTokens();
    }

    public void keep(WindowSettings settings) {
        settings.keep("sweep.budgets", budgets);
        settings.keep("sweep.m", m);
        settings.keep("sweep.count", count);
        settings.keep("sweep.seeds", seeds);
        sampling.keep(settings, "sweep.");
        for (var choice : choices) {
            choice.wanted.set(Boolean.parseBoolean(
                    settings.get("sweep." + choice.name(), Boolean.toString(choice.wanted.get()))));
            choice.wanted.subscribe((_, now) -> settings.put("sweep." + choice.name(), now.toString()));
        }
    }

    /// The sweep to start.
    ///
    /// @throws IllegalStateException if a field is invalid
    public SweepSpec spec() {
        var problems = set.get();
        if (error.get() != null || problems == null) throw new IllegalStateException("the form has an invalid field");
        var methods = choices.stream()
                .filter(choice -> choice.wanted.get())
                .map(Choice::name)
                .toList();
        int n = Math.min(
                Integer.parseInt(count.get().strip()), problems.problems().size());
        var title = name.get().isBlank()
                ? problems.name() + ", " + n + (n == 1 ? " problem" : " problems")
                : name.get().strip();
        return new SweepSpec(
                title,
                problems.name(),
                problems.spread(n),
                policy().get(),
                models.rewardName(),
                methods,
                budgetList(budgets.get()).orElseThrow(),
                wanted(Choice::needsM) ? Integer.parseInt(m.get().strip()) : 1,
                sampling.generation(false),
                reduction.get(),
                seedList(seeds.get()).orElseThrow());
    }

    private void check() {
        var found = findError();
        error.set(found.orElse(null));
        size.set(found.isPresent() ? "" : sized());
    }

    private String sized() {
        int problems = Math.min(
                Integer.parseInt(count.get().strip()), set.get().problems().size());
        long curves = choices.stream().filter(choice -> choice.wanted.get()).count();
        int seedCount = seedList(seeds.get()).orElseThrow().size();
        int budgetCount = budgetList(budgets.get()).orElseThrow().size();
        return curves
                + (curves == 1 ? " method × " : " methods × ")
                + budgetCount
                + (budgetCount == 1 ? " budget × " : " budgets × ")
                + problems
                + (problems == 1 ? " problem × " : " problems × ")
                + seedCount
                + (seedCount == 1 ? " seed" : " seeds");
    }

    private boolean wanted(java.util.function.Predicate<Choice> kind) {
        return choices.stream().anyMatch(choice -> choice.wanted.get() && kind.test(choice));
    }

    private Optional<FieldError> findError() {
        if (!wanted(_ -> true)) return invalid(METHODS, "Select at least one method.");
        var ns = budgetList(budgets.get());
        if (ns.isEmpty())
            return invalid(BUDGETS, "Budgets must be whole numbers from 1, separated by commas: 1, 4, 16.");
        if (wanted(Choice::needsM)) {
            var width = NumberInput.whole(m.get());
            if (width.isEmpty() || width.get() < 1) return invalid(M, "M must be a whole number from 1.");
            if (ns.get().stream().noneMatch(n -> n % width.get() == 0)) {
                return invalid(
                        BUDGETS,
                        "Methods with a beam width run only at multiples of M = " + width.get()
                                + ". Add a budget, for example " + 4 * width.get() + ".");
            }
        }
        if (set.get() == null) return invalid(SET, "There is no problem set. Open one in the Search perspective.");
        var problems = NumberInput.whole(count.get());
        if (problems.isEmpty() || problems.get() < 1)
            return invalid(COUNT, "The number of problems must be a whole number from 1.");
        if (seedList(seeds.get()).isEmpty()) return invalid(SEEDS, "Seeds must be whole numbers: 1, 2, 3 or 1-5.");
        var unsampled = sampling.error(false);
        if (unsampled.isPresent()) return unsampled;
        if (policy().get() == null || policy().get().isEmpty())
            return invalid(
                    POLICY, "No policy model was found. Add a model folder to the models folder and restart Espalier.");
        var scored = choices.stream()
                .filter(choice -> choice.wanted.get() && choice.method.scored())
                .map(choice -> choice.method.title())
                .toList();
        if (!scored.isEmpty() && !models.hasReward()) {
            return invalid(
                    REWARD,
                    String.join(", ", scored) + (scored.size() == 1 ? " needs" : " need")
                            + " step scores: choose a PRM.");
        }
        return Optional.empty();
    }

    private static Optional<FieldError> invalid(String field, String message) {
        return Optional.of(new FieldError(field, message));
    }

    /// Parses "1, 4 16": ascending, without duplicates; empty if any part is not a whole number from 1 to 10000.
    static Optional<List<Integer>> budgetList(@Nullable String text) {
        var numbers = new TreeSet<Integer>();
        for (var part : (text == null ? "" : text).split("[,;\\s]+")) {
            if (part.isEmpty()) continue;
            var whole = NumberInput.whole(part);
            if (whole.isEmpty() || whole.get() < 1 || whole.get() > 10_000) return Optional.empty();
            numbers.add(whole.get().intValue());
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(numbers));
    }

    /// Parses "1, 2, 7" or "1-5": in the given order, without duplicates.
    static Optional<List<Long>> seedList(@Nullable String text) {
        var numbers = new ArrayList<Long>();
        for (var part : (text == null ? "" : text).split("[,;\\s]+")) {
            if (part.isEmpty()) continue;
            int dash = part.indexOf('-', 1);
            var first = NumberInput.whole(dash < 0 ? part : part.substring(0, dash));
            var last = dash < 0 ? first : NumberInput.whole(part.substring(dash + 1));
            if (first.isEmpty() || last.isEmpty() || last.get() < first.get() || last.get() - first.get() > 1000)
                return Optional.empty();
            LongStream.rangeClosed(first.get(), last.get())
                    .filter(seed -> !numbers.contains(seed))
                    .forEach(numbers::add);
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(numbers));
    }
}
