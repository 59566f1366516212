package dev.espalier.ui.search;

import dev.espalier.EspalierException;
import dev.espalier.experiment.ModelEntry;
import dev.espalier.experiment.SearchOrder;
import dev.espalier.problem.Problem;
import dev.espalier.search.Generation;
import dev.espalier.search.Mode;
import dev.espalier.search.Parameter;
import dev.espalier.search.Parameters;
import dev.espalier.search.Reduction;
import dev.espalier.search.Strategies;
import dev.espalier.ui.Remembered;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleObjectProperty;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// What a search is started with, as texts a person types, and what is wrong with them.
public final class OrderForm {

    /// A registered strategy and what it is called on screen.
    public record Method(String strategy, String title) {
        private static final Map<String, String> TITLES = Map.of("greedy", "Greedy", "best-of-n", "Best-of-N", "beam-search", "Beam search", "dvts", "DVTS", "mcts", "MCTS");

        public static List<Method> all() {
            return Strategies.names().stream().map(Method::of).toList();
        }

        public static Method of(String strategy) {
            return new Method(strategy, titleOf(strategy));
        }

        public static String titleOf(String strategy) {
            String words = strategy.replace('-', ' ');
            return TITLES.getOrDefault(strategy, words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1));
        }

        public boolean samples() { return !strategy.equals("greedy"); }

        public boolean hasParity() { return Strategies.find(strategy, Mode.PARITY).isPresent(); }

        @Override
        public String toString() { return title; }
    }

    /// Fields that are no parameter of a strategy; those go by the parameter's name.
    public static final String METHOD = "strategy";
    public static final String TEMPERATURE = "temperature";
    public static final String TOP_P = "top-p";
    public static final String TOP_K = "top-k";
    public static final String MIN_P = "min-p";
    public static final String MAX_TOKENS = "tokens";
    public static final String SEED = "seed";
    public static final String POLICY = "policy";
    public static final String REWARD = "PRM";

    /// @param field   where it is wrong
    /// @param message one sentence: what, and what to do
    public record Complaint(String field, String message) {}

    /// Stands for no reward model in [#rewards].
    public static final String NO_REWARD = "none";

    private final ObjectProperty<Method> method = new SimpleObjectProperty<>(Method.of("beam-search"));
    private final ObjectProperty<Mode> mode = new SimpleObjectProperty<>(Mode.STANDARD);
    /// Of all strategies, by name; empty is the standard value.
    private final Map<String, StringProperty> parameters = new TreeMap<>(Map.of("N", new SimpleStringProperty("16"), "M", new SimpleStringProperty("4")));
    private final StringProperty temperature = new SimpleStringProperty("0.8");
    private final StringProperty topP = new SimpleStringProperty("1.0");
    private final StringProperty topK = new SimpleStringProperty("0");
    private final StringProperty minP = new SimpleStringProperty("0");
    private final StringProperty maxTokens = new SimpleStringProperty(Integer.toString(Generation.DEFAULT.maxNewTokens()));
    private final StringProperty seed = new SimpleStringProperty("1");
    private final ObjectProperty<Reduction> reduction = new SimpleObjectProperty<>(Reduction.LAST);
    private final StringProperty policy = new SimpleStringProperty("");
    private final StringProperty reward = new SimpleStringProperty("");
    private final ObservableList<String> policies = FXCollections.observableArrayList();
    private final ObservableList<String> rewards = FXCollections.observableArrayList(NO_REWARD);
    private final ReadOnlyObjectWrapper<@Nullable Complaint> complaint = new ReadOnlyObjectWrapper<>();
    private Generation base = Generation.DEFAULT;
    private String modelTrouble = "";

    public OrderForm() {
        for (var known : Mode.values())
            for (var name : Strategies.names()) Strategies.find(name, known).ifPresent(entry -> entry.parameters().forEach(parameter -> parameter(parameter.name())));
        for (var text : List.of(temperature, topP, topK, minP, maxTokens, seed, policy, reward)) text.subscribe(this::check);
        parameters.values().forEach(text -> text.subscribe(this::check));
        method.subscribe(now -> {
            if (!now.hasParity()) mode.set(Mode.STANDARD);
            check();
        });
        mode.subscribe((before, now) -> {
            // The toolkit counts tokens a step, not a solution.
            if (before != now) maxTokens.set(Integer.toString(now == Mode.PARITY ? Mode.PARITY_STEP_TOKENS : base.maxNewTokens()));
            check();
        });
        check();
    }

    public ObjectProperty<Method> method() { return method; }

    public ObjectProperty<Mode> mode() { return mode; }

    /// The chosen strategy's parameters, in the order in which they are offered.
    public List<Parameter> asked() {
        var all = Strategies.find(method.get().strategy(), mode.get()).map(Strategies.Entry::parameters).orElse(List.of());
        // A budget that is fixed is no question.
        return all.stream().filter(parameter -> !(parameter.name().equals("N") && parameter.least() == parameter.most())).toList();
    }

    /// What is typed for a parameter: one text for all strategies that have one of this name.
    public StringProperty parameter(String name) {
        return parameters.computeIfAbsent(name, _ -> new SimpleStringProperty(""));
    }

    public StringProperty temperature() { return temperature; }

    public StringProperty topP() { return topP; }

    public StringProperty topK() { return topK; }

    public StringProperty minP() { return minP; }

    public StringProperty maxTokens() { return maxTokens; }

    public StringProperty seed() { return seed; }

    public ObjectProperty<Reduction> reduction() { return reduction; }

    public StringProperty policy() { return policy; }

    public StringProperty reward() { return reward; }

    public ObservableList<String> policies() { return policies; }

    public ObservableList<String> rewards() { return rewards; }

    /// The first thing that is wrong, null where nothing is.
    public ReadOnlyObjectProperty<@Nullable Complaint> complaint() { return complaint.getReadOnlyProperty(); }

    /// Fills the choices of models; what was chosen stays where it is still there.
    public void models(List<ModelEntry> found) {
        var wantedPolicy = policy.get();
        var wantedReward = reward.get();
        policies.setAll(found.stream().filter(entry -> entry.kind().equals("policy") && entry.usable()).map(ModelEntry::name).toList());
        rewards.setAll(found.stream().filter(entry -> entry.kind().equals("prm") && entry.usable()).map(ModelEntry::name).toList());
        rewards.add(NO_REWARD);
        modelTrouble = found.stream().filter(entry -> !entry.usable()).map(entry -> entry.name() + ": " + entry.problem()).findFirst().orElse("");
        policy.set(policies.contains(wantedPolicy) ? wantedPolicy : policies.isEmpty() ? "" : policies.getFirst());
        reward.set(rewards.contains(wantedReward) ? wantedReward : rewards.getFirst());
        check();
    }

    /// Takes over what a policy's folder recommends: token limit, step separator, system prompt.
    public void recommended(Generation generation) {
        base = generation;
        if (mode.get() == Mode.STANDARD) maxTokens.set(Integer.toString(generation.maxNewTokens()));
    }

    /// Remembers what was chosen last.
    public void keep(Remembered remembered) {
        parameters.forEach((name, text) -> remembered.keep("search." + name.toLowerCase(Locale.ROOT), text));
        remembered.keep("search.temperature", temperature);
        remembered.keep("search.top-p", topP);
        remembered.keep("search.top-k", topK);
        remembered.keep("search.min-p", minP);
        remembered.keep("search.seed", seed);
        remembered.keep("search.policy", policy);
        remembered.keep("search.reward", reward);
        for (var known : Method.all()) if (known.strategy.equals(remembered.get("search.strategy", ""))) method.set(known);
        method.subscribe((_, now) -> remembered.put("search.strategy", now.strategy));
        for (var known : Reduction.values()) if (known.label().equals(remembered.get("search.reduction", ""))) reduction.set(known);
        reduction.subscribe((_, now) -> remembered.put("search.reduction", now.label()));
    }

    /// What to start; throws IllegalStateException while there is a complaint.
    public SearchOrder order(Problem problem) {
        if (complaint.get() != null) throw new IllegalStateException(complaint.get().message());
        double t = method.get().samples() ? Double.parseDouble(temperature.get().strip()) : 0;
        var generation = new Generation(t, Double.parseDouble(topP.get().strip()), Integer.parseInt(topK.get().strip()), Double.parseDouble(minP.get().strip()),
            Integer.parseInt(maxTokens.get().strip()), base.separator(), base.systemPrompt());
        return new SearchOrder(problem, policy.get(), NO_REWARD.equals(reward.get()) ? "" : reward.get(), method.get().strategy, given(), mode.get(), generation,
            reduction.get(), Long.parseLong(seed.get().strip()));
    }

    private void check() {
        complaint.set(findComplaint().orElse(null));
    }

    private Optional<Complaint> findComplaint() {
        var chosen = method.get();
        if (policy.get() == null || policy.get().isEmpty()) {
            return complain(POLICY, "No policy model was found" + (modelTrouble.isEmpty() ? "" : " (" + modelTrouble + ")")
                + ". Put a model folder into the models folder and start again.");
        }
        for (var parameter : asked()) {
            String typed = text(parameter.name());
            if (typed.isEmpty() && !parameter.needed()) continue;
            var value = number(Objects.requireNonNull(parameters.get(parameter.name())));
            if (value.isEmpty()) return complain(parameter.name(), parameter.name() + " is a number: " + parameter.meaning() + ".");
            try {
                parameter.check(chosen.strategy(), value.get());
            } catch (EspalierException refused) {
                return complain(parameter.name(), refused.getMessage());
            }
        }
        boolean steered;
        try {
            steered = Strategies.of(chosen.strategy(), given(), mode.get()).steeredByScores();
        } catch (EspalierException refused) {
            return complain(asked().stream().anyMatch(parameter -> parameter.name().equals("M")) ? "M" : METHOD, refused.getMessage());
        }
        if (chosen.samples()) {
            var t = number(temperature);
            if (t.isEmpty() || t.get() < 0 || t.get() > 10) return complain(TEMPERATURE, "The temperature is a number from 0 (greedy) to 10.");
        }
        var p = number(topP);
        if (p.isEmpty() || p.get() <= 0 || p.get() > 1) return complain(TOP_P, "Top-p is a number above 0 and at most 1.");
        if (whole(topK).filter(k -> k >= 0 && k <= Integer.MAX_VALUE).isEmpty()) return complain(TOP_K, "Top-k is a whole number of tokens; 0 keeps all.");
        if (number(minP).filter(share -> share >= 0 && share <= 1).isEmpty()) return complain(MIN_P, "Min-p is a number from 0, which keeps all tokens, to 1.");
        var tokens = whole(maxTokens);
        if (tokens.isEmpty() || tokens.get() < 1 || tokens.get() > 1_000_000) {
            return complain(MAX_TOKENS, "The token limit of a solution is a whole number from 1.");
        }
        if (whole(seed).isEmpty()) return complain(SEED, "The seed is a whole number.");
        if (steered && (reward.get() == null || reward.get().isEmpty() || reward.get().equals(NO_REWARD))) {
            return complain(REWARD, chosen + " is steered by step scores: choose a PRM" + (rewards.size() > 1 ? "." : " (none was found in the models folder)."));
        }
        return Optional.empty();
    }

    /// What is typed for the chosen strategy; the standard values are left to it.
    private Parameters given() {
        var given = Parameters.NONE;
        for (var parameter : asked()) if (!text(parameter.name()).isEmpty()) given = given.with(parameter.name(), Double.parseDouble(text(parameter.name())));
        return given;
    }

    private String text(String parameter) {
        String typed = parameter(parameter).get();
        return typed == null ? "" : typed.strip();
    }

    private static Optional<Complaint> complain(String field, String message) {
        return Optional.of(new Complaint(field, message));
    }

    private static Optional<Long> whole(StringProperty text) {
        try {
            return Optional.of(Long.parseLong(text.get() == null ? "" : text.get().strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> number(StringProperty text) {
        try {
            double number = Double.parseDouble(text.get() == null ? "" : text.get().strip());
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
