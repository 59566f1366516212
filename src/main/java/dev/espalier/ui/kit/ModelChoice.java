package dev.espalier.ui.kit;

import dev.espalier.experiment.models.ModelEntry;
import java.util.List;
import java.util.Map;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;
import javafx.collections.FXCollections;
import javafx.collections.ObservableList;

/// The choice of a policy and a reward model in a form.
public final class ModelChoice {
    /// The entry for no reward model in [#rewards].
    public static final String NO_REWARD = "none";

    private final StringProperty policy = new SimpleStringProperty("");
    private final StringProperty reward = new SimpleStringProperty("");
    private final ObservableList<String> policies = FXCollections.observableArrayList();
    private final ObservableList<String> rewards = FXCollections.observableArrayList(NO_REWARD);
    private Map<String, String> withheld = Map.of();

    public StringProperty policy() {
        return policy;
    }

    public StringProperty reward() {
        return reward;
    }

    public ObservableList<String> policies() {
        return policies;
    }

    public ObservableList<String> rewards() {
        return rewards;
    }

    /// The reasons why models get no key, by model name.
    public Map<String, String> withheld() {
        return withheld;
    }

    public boolean hasReward() {
        return reward.get() != null && !reward.get().isEmpty() && !reward.get().equals(NO_REWARD);
    }

    /// The chosen reward model, "" for none.
    public String rewardName() {
        return NO_REWARD.equals(reward.get()) ? "" : reward.get();
    }

    /// Sets the available models. Keeps the chosen ones if they are still available.
    public void offer(List<ModelEntry> found) {
        var wantedPolicy = policy.get();
        var wantedReward = reward.get();
        withheld = ModelEntry.withheldKeys(found);
        policies.setAll(usable(found, "policy"));
        rewards.setAll(usable(found, "prm"));
        rewards.add(NO_REWARD);
        policy.set(policies.contains(wantedPolicy) ? wantedPolicy : policies.isEmpty() ? "" : policies.getFirst());
        reward.set(rewards.contains(wantedReward) ? wantedReward : rewards.getFirst());
    }

    private static List<String> usable(List<ModelEntry> found, String kind) {
        return found.stream()
                .filter(entry -> entry.kind().equals(kind) && entry.usable())
                .map(ModelEntry::name)
                .toList();
    }
}
