package dev.espalier.ui.search;

import dev.espalier.experiment.ModelEntry;
import dev.espalier.experiment.SearchOrder;
import dev.espalier.problem.Problem;
import dev.espalier.search.Generation;
import dev.espalier.search.Parameters;
import dev.espalier.search.Reduction;
import dev.espalier.ui.Remembered;
import java.util.List;
import java.util.Optional;
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
    public enum Method {
        GREEDY("greedy", "Greedy"), BEST_OF_N("best-of-n", "Best-of-N"), BEAM_SEARCH("beam-search", "Beam search"), DVTS("dvts", "DVTS");

        private final String strategy;
        private final String title;

        Method(String strategy, String title) {
            this.strategy = strategy;
            this.title = title;
        }

        public String strategy() { return strategy; }

        public boolean usesN() { return this != GREEDY; }

        public boolean usesM() { return this == BEAM_SEARCH || this == DVTS; }

        public boolean needsReward() { return usesM(); }

        public boolean samples() { return this != GREEDY; }

        public static String titleOf(String strategy) {
            for (var method : values()) if (method.strategy.equals(strategy)) return method.title;
            return strategy;
        }

        @Override
        public String toString() { return title; }
    }

    public enum Field { METHOD, N, M, TEMPERATURE, TOP_P, MAX_TOKENS, SEED, POLICY, REWARD }

    /// @param field   where it is wrong
    /// @param message one sentence: what, and what to do
    public record Complaint(Field field, String message) {}

    /// Stands for no reward model in [#rewards].
    public static final String NO_REWARD = "none";

    private final ObjectProperty<Method> method = new SimpleObjectProperty<>(Method.BEAM_SEARCH);
    private final StringProperty n = new SimpleStringProperty("16");
    private final StringProperty m = new SimpleStringProperty("4");
    private final StringProperty temperature = new SimpleStringProperty("0.8");
    private final StringProperty topP = new SimpleStringProperty("1.0");
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
        for (var text : List.of(n, m, temperature, topP, maxTokens, seed, policy, reward)) text.subscribe(this::check);
        method.subscribe(this::check);
        check();
    }

    public ObjectProperty<Method> method() { return method; }

    public StringProperty n() { return n; }

    public StringProperty m() { return m; }

    public StringProperty temperature() { return temperature; }

    public StringProperty topP() { return topP; }

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
        maxTokens.set(Integer.toString(generation.maxNewTokens()));
    }

    /// Remembers what was chosen last.
    public void keep(Remembered remembered) {
        remembered.keep("search.n", n);
        remembered.keep("search.m", m);
        remembered.keep("search.temperature", temperature);
        remembered.keep("search.top-p", topP);
        remembered.keep("search.seed", seed);
        remembered.keep("search.policy", policy);
        remembered.keep("search.reward", reward);
        for (var known : Method.values()) if (known.strategy.equals(remembered.get("search.strategy", ""))) method.set(known);
        method.subscribe((_, now) -> remembered.put("search.strategy", now.strategy));
        for (var known : Reduction.values()) if (known.label().equals(remembered.get("search.reduction", ""))) reduction.set(known);
        reduction.subscribe((_, now) -> remembered.put("search.reduction", now.label()));
    }

    /// What to start; throws IllegalStateException while there is a complaint.
    public SearchOrder order(Problem problem) {
        if (complaint.get() != null) throw new IllegalStateException(complaint.get().message());
        var parameters = Parameters.NONE;
        if (method.get().usesN()) parameters = parameters.with("N", Integer.parseInt(n.get().strip()));
        if (method.get().usesM()) parameters = parameters.with("M", Integer.parseInt(m.get().strip()));
        double t = method.get().samples() ? Double.parseDouble(temperature.get().strip()) : 0;
        var generation = new Generation(t, Double.parseDouble(topP.get().strip()), Integer.parseInt(maxTokens.get().strip()), base.separator(), base.systemPrompt());
        return new SearchOrder(problem, policy.get(), NO_REWARD.equals(reward.get()) ? "" : reward.get(), method.get().strategy, parameters, generation,
            reduction.get(), Long.parseLong(seed.get().strip()));
    }

    private void check() {
        complaint.set(findComplaint().orElse(null));
    }

    private Optional<Complaint> findComplaint() {
        var chosen = method.get();
        if (policy.get() == null || policy.get().isEmpty()) {
            return complain(Field.POLICY, "No policy model was found" + (modelTrouble.isEmpty() ? "" : " (" + modelTrouble + ")")
                + ". Put a model folder into the models folder and start again.");
        }
        if (chosen.usesN()) {
            var whole = whole(n);
            if (whole.isEmpty() || whole.get() < 1 || whole.get() > 10_000) return complain(Field.N, "N is the number of complete generations: a whole number from 1 to 10000.");
        }
        if (chosen.usesM()) {
            var whole = whole(m);
            if (whole.isEmpty() || whole.get() < 1) return complain(Field.M, "M is the number of continuations of a kept beam: a whole number from 1.");
            long budget = whole(n).orElseThrow();
            long width = whole.get();
            if (chosen == Method.DVTS && budget % width != 0) return complain(Field.M, dvtsMessage(budget, width));
            if (width > budget) return complain(Field.M, "M = " + width + " is more than the budget N = " + budget + ". Choose an M of at most " + budget + ".");
        }
        if (chosen.samples()) {
            var t = number(temperature);
            if (t.isEmpty() || t.get() < 0 || t.get() > 10) return complain(Field.TEMPERATURE, "The temperature is a number from 0 (greedy) to 10.");
        }
        var p = number(topP);
        if (p.isEmpty() || p.get() <= 0 || p.get() > 1) return complain(Field.TOP_P, "Top-p is a number above 0 and at most 1.");
        var tokens = whole(maxTokens);
        if (tokens.isEmpty() || tokens.get() < 1 || tokens.get() > 1_000_000) {
            return complain(Field.MAX_TOKENS, "The token limit of a solution is a whole number from 1.");
        }
        if (whole(seed).isEmpty()) return complain(Field.SEED, "The seed is a whole number.");
        if (chosen.needsReward() && (reward.get() == null || reward.get().isEmpty() || reward.get().equals(NO_REWARD))) {
            return complain(Field.REWARD, chosen + " is steered by step scores: choose a PRM" + (rewards.size() > 1 ? "." : " (none was found in the models folder)."));
        }
        return Optional.empty();
    }

    private static String dvtsMessage(long budget, long width) {
        long below = budget / width * width;
        String nearby = below > 0 ? below + " or " + (below + width) : Long.toString(width);
        return "DVTS makes N/M subtrees, and " + width + " does not divide " + budget + ". Take N = " + nearby + ", or another M.";
    }

    private static Optional<Complaint> complain(Field field, String message) {
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
