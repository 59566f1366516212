package dev.espalier.ui.compare;

import dev.espalier.experiment.Method;
import dev.espalier.experiment.ModelEntry;
import dev.espalier.experiment.SweepOrder;
import dev.espalier.model.Generation;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.Mode;
import dev.espalier.search.Reduction;
import dev.espalier.search.Strategies;
import dev.espalier.ui.Remembered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;
import org.jspecify.annotations.Nullable;

/// What a sweep is started with, as a person ticks and types it, and what is wrong with it.
public final class SweepForm {

    /// A curve that can be asked for.
    ///
    /// @param name as [SweepOrder] names it
    public record Choice(String name, String title, String note, BooleanProperty wanted) {
        boolean needsReward() { return Method.of(name).scored(); }

        boolean needsM() { return Strategies.entry(Method.of(name).strategy(), Mode.STANDARD).has("M"); }
    }

    public enum Field { METHODS, BUDGETS, M, SET, COUNT, SEEDS, TEMPERATURE, TOP_P, TOP_K, MIN_P, MAX_TOKENS, POLICY, REWARD }

    public record Complaint(Field field, String message) {}

    private static final String NO_REWARD = "none";

    private final List<Choice> choices = List.of(
        choice("greedy", "Greedy", "one answer, the reference line", true),
        choice("majority", "Majority", "the largest answer group of N samples", true),
        choice("best-of-n", "Best-of-N", "the best-scored of N samples", false),
        choice("weighted", "Weighted best-of-N", "answer groups by their sum of scores", true),
        choice("beam-search", "Beam search", "steered by step scores", true),
        choice("dvts", "DVTS", "N/M independent subtrees", false),
        choice("mcts", "MCTS", "tree search by values and visits", false),
        choice("particle-filtering", "Particle filtering", "paths drawn anew by their scores", false),
        choice("adaptive-sampling", "Adaptive sampling", "until the majority is settled", false),
        choice("revision", "Revision", "chains of corrected attempts", false),
        choice("likeliest", "Likeliest", "the most probable of N samples", false),
        choice("likelihood-weighted", "Likelihood-weighted", "answer groups by probability", false),
        choice("log-prob-beam", "Log-probability beam", "the N most probable texts", false));
    private final StringProperty name = new SimpleStringProperty("");
    private final StringProperty budgets = new SimpleStringProperty("1, 4, 16");
    private final StringProperty m = new SimpleStringProperty("4");
    private final ObjectProperty<@Nullable ProblemSet> set = new SimpleObjectProperty<>();
    private final StringProperty count = new SimpleStringProperty("20");
    private final StringProperty seeds = new SimpleStringProperty("1");
    private final StringProperty temperature = new SimpleStringProperty("0.8");
    private final StringProperty topP = new SimpleStringProperty("1.0");
    private final StringProperty topK = new SimpleStringProperty("0");
    private final StringProperty minP = new SimpleStringProperty("0");
    private final StringProperty maxTokens = new SimpleStringProperty(Integer.toString(Generation.DEFAULT.maxNewTokens()));
    private final ObjectProperty<Reduction> reduction = new SimpleObjectProperty<>(Reduction.LAST);
    private final StringProperty policy = new SimpleStringProperty("");
    private final StringProperty reward = new SimpleStringProperty("");
    private final ObservableList<String> policies = FXCollections.observableArrayList();
    private final ObservableList<String> rewards = FXCollections.observableArrayList(NO_REWARD);
    private final ReadOnlyObjectWrapper<@Nullable Complaint> complaint = new ReadOnlyObjectWrapper<>();
    private final ReadOnlyStringWrapper size = new ReadOnlyStringWrapper("");

    private Generation base = Generation.DEFAULT;

    public SweepForm() {
        for (var text : List.of(budgets, m, count, seeds, temperature, topP, topK, minP, maxTokens, policy, reward)) text.subscribe(this::check);
        for (var choice : choices) choice.wanted.subscribe(this::check);
        set.subscribe(this::check);
        check();
    }

    private static Choice choice(String name, String title, String note, boolean wanted) {
        return new Choice(name, title, note, new SimpleBooleanProperty(wanted));
    }

    public List<Choice> choices() { return choices; }

    public StringProperty name() { return name; }

    public StringProperty budgets() { return budgets; }

    public StringProperty m() { return m; }

    public ObjectProperty<@Nullable ProblemSet> set() { return set; }

    public StringProperty count() { return count; }

    public StringProperty seeds() { return seeds; }

    public StringProperty temperature() { return temperature; }

    public StringProperty topP() { return topP; }

    public StringProperty topK() { return topK; }

    public StringProperty minP() { return minP; }

    public StringProperty maxTokens() { return maxTokens; }

    public ObjectProperty<Reduction> reduction() { return reduction; }

    public StringProperty policy() { return policy; }

    public StringProperty reward() { return reward; }

    public ObservableList<String> policies() { return policies; }

    public ObservableList<String> rewards() { return rewards; }

    public ReadOnlyObjectProperty<@Nullable Complaint> complaint() { return complaint.getReadOnlyProperty(); }

    /// How much is asked for, in words; "" while there is a complaint.
    public ReadOnlyStringProperty size() { return size.getReadOnlyProperty(); }

    public void models(List<ModelEntry> found) {
        var wantedPolicy = policy.get();
        var wantedReward = reward.get();
        policies.setAll(found.stream().filter(entry -> entry.kind().equals("policy") && entry.usable()).map(ModelEntry::name).toList());
        rewards.setAll(found.stream().filter(entry -> entry.kind().equals("prm") && entry.usable()).map(ModelEntry::name).toList());
        rewards.add(NO_REWARD);
        policy.set(policies.contains(wantedPolicy) ? wantedPolicy : policies.isEmpty() ? "" : policies.getFirst());
        reward.set(rewards.contains(wantedReward) ? wantedReward : rewards.getFirst());
    }

    /// Takes over what a policy's folder recommends: token limit, step separator, system prompt.
    public void recommended(Generation generation) {
        base = generation;
        maxTokens.set(Integer.toString(generation.maxNewTokens()));
    }

    public void keep(Remembered remembered) {
        remembered.keep("sweep.budgets", budgets);
        remembered.keep("sweep.m", m);
        remembered.keep("sweep.count", count);
        remembered.keep("sweep.seeds", seeds);
        remembered.keep("sweep.temperature", temperature);
        remembered.keep("sweep.top-p", topP);
        remembered.keep("sweep.top-k", topK);
        remembered.keep("sweep.min-p", minP);
        for (var choice : choices) {
            choice.wanted.set(Boolean.parseBoolean(remembered.get("sweep." + choice.name, Boolean.toString(choice.wanted.get()))));
            choice.wanted.subscribe((_, now) -> remembered.put("sweep." + choice.name, now.toString()));
        }
    }

    /// What to start; throws IllegalStateException while there is a complaint.
    public SweepOrder order() {
        var problems = set.get();
        if (complaint.get() != null || problems == null) throw new IllegalStateException("the order is not complete");
        var methods = choices.stream().filter(choice -> choice.wanted.get()).map(Choice::name).toList();
        var generation = new Generation(Double.parseDouble(temperature.get().strip()), Double.parseDouble(topP.get().strip()),
            Integer.parseInt(topK.get().strip()), Double.parseDouble(minP.get().strip()), Integer.parseInt(maxTokens.get().strip()), base.separator(), base.systemPrompt());
        int n = Math.min(Integer.parseInt(count.get().strip()), problems.problems().size());
        var title = name.get().isBlank() ? problems.name() + ", " + n + (n == 1 ? " problem" : " problems") : name.get().strip();
        return new SweepOrder(title, problems.name(), problems.spread(n), policy.get(), NO_REWARD.equals(reward.get()) ? "" : reward.get(), methods,
            budgetList(budgets.get()).orElseThrow(), wanted(Choice::needsM) ? Integer.parseInt(m.get().strip()) : 1, generation, reduction.get(),
            seedList(seeds.get()).orElseThrow());
    }

    private void check() {
        var found = findComplaint();
        complaint.set(found.orElse(null));
        size.set(found.isPresent() ? "" : sized());
    }

    private String sized() {
        int problems = Math.min(Integer.parseInt(count.get().strip()), set.get().problems().size());
        long curves = choices.stream().filter(choice -> choice.wanted.get()).count();
        int seedCount = seedList(seeds.get()).orElseThrow().size();
        int budgetCount = budgetList(budgets.get()).orElseThrow().size();
        return curves + (curves == 1 ? " method × " : " methods × ") + budgetCount + (budgetCount == 1 ? " budget × " : " budgets × ")
            + problems + (problems == 1 ? " problem × " : " problems × ") + seedCount + (seedCount == 1 ? " seed" : " seeds");
    }

    private boolean wanted(java.util.function.Predicate<Choice> kind) {
        return choices.stream().anyMatch(choice -> choice.wanted.get() && kind.test(choice));
    }

    private Optional<Complaint> findComplaint() {
        if (!wanted(_ -> true)) return complain(Field.METHODS, "Tick at least one method.");
        var ns = budgetList(budgets.get());
        if (ns.isEmpty()) return complain(Field.BUDGETS, "Budgets are whole numbers from 1, parted by commas: 1, 4, 16.");
        if (wanted(Choice::needsM)) {
            var width = whole(m.get());
            if (width.isEmpty() || width.get() < 1) return complain(Field.M, "M is a whole number from 1.");
            if (ns.get().stream().noneMatch(n -> n % width.get() == 0)) {
                return complain(Field.BUDGETS, "Beam search and DVTS run at budgets that are multiples of M = " + width.get() + ": add one, for example "
                    + 4 * width.get() + ".");
            }
        }
        if (set.get() == null) return complain(Field.SET, "There is no problem set. Open one in the Search perspective.");
        var problems = whole(count.get());
        if (problems.isEmpty() || problems.get() < 1) return complain(Field.COUNT, "The number of problems is a whole number from 1.");
        if (seedList(seeds.get()).isEmpty()) return complain(Field.SEEDS, "Seeds are whole numbers: 1, 2, 3 or 1-5.");
        if (number(temperature.get()).filter(t -> t >= 0 && t <= 10).isEmpty()) return complain(Field.TEMPERATURE, "The temperature is a number from 0 to 10.");
        if (number(topP.get()).filter(p -> p > 0 && p <= 1).isEmpty()) return complain(Field.TOP_P, "Top-p is a number above 0 and at most 1.");
        if (whole(topK.get()).filter(k -> k >= 0 && k <= Integer.MAX_VALUE).isEmpty()) return complain(Field.TOP_K, "Top-k is a whole number of tokens; 0 keeps all.");
        if (number(minP.get()).filter(share -> share >= 0 && share <= 1).isEmpty()) return complain(Field.MIN_P, "Min-p is a number from 0, which keeps all tokens, to 1.");
        if (whole(maxTokens.get()).filter(t -> t >= 1 && t <= 1_000_000).isEmpty()) return complain(Field.MAX_TOKENS, "The token limit is a whole number from 1.");
        if (policy.get() == null || policy.get().isEmpty()) return complain(Field.POLICY, "No policy model was found. Put a model folder into the models folder.");
        if (wanted(Choice::needsReward) && (reward.get() == null || reward.get().isEmpty() || reward.get().equals(NO_REWARD))) {
            return complain(Field.REWARD, "Best-of-N, weighted votes, beam search and DVTS need step scores: choose a PRM.");
        }
        return Optional.empty();
    }

    private static Optional<Complaint> complain(Field field, String message) {
        return Optional.of(new Complaint(field, message));
    }

    /// "1, 4 16" in ascending order, each once; empty where something is not a whole number from 1 to 10000.
    static Optional<List<Integer>> budgetList(@Nullable String text) {
        var numbers = new TreeSet<Integer>();
        for (var part : (text == null ? "" : text).split("[,;\\s]+")) {
            if (part.isEmpty()) continue;
            var whole = whole(part);
            if (whole.isEmpty() || whole.get() < 1 || whole.get() > 10_000) return Optional.empty();
            numbers.add(whole.get().intValue());
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(numbers));
    }

    /// "1, 2, 7" or "1-5", in the order given, each once.
    static Optional<List<Long>> seedList(@Nullable String text) {
        var numbers = new ArrayList<Long>();
        for (var part : (text == null ? "" : text).split("[,;\\s]+")) {
            if (part.isEmpty()) continue;
            int dash = part.indexOf('-', 1);
            var first = whole(dash < 0 ? part : part.substring(0, dash));
            var last = dash < 0 ? first : whole(part.substring(dash + 1));
            if (first.isEmpty() || last.isEmpty() || last.get() < first.get() || last.get() - first.get() > 1000) return Optional.empty();
            LongStream.rangeClosed(first.get(), last.get()).filter(seed -> !numbers.contains(seed)).forEach(numbers::add);
        }
        return numbers.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(numbers));
    }

    private static Optional<Long> whole(@Nullable String text) {
        try {
            return Optional.of(Long.parseLong(text == null ? "" : text.strip()));
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private static Optional<Double> number(@Nullable String text) {
        try {
            double number = Double.parseDouble(text == null ? "" : text.strip());
            return Double.isFinite(number) ? Optional.of(number) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }
}
