package dev.espalier.ui.kit;

import dev.espalier.model.Generation;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import javafx.beans.property.SimpleStringProperty;
import javafx.beans.property.StringProperty;

/// The sampling settings as the user types them, with validation. Every form that starts searches has one.
public final class SamplingForm {
    public enum Field {
        TEMPERATURE("temperature", "Temperature", "Temperature", "0.8"),
        TOP_P("top-p", "Top-p", "Top-p, the nucleus mass", "1.0"),
        TOP_K("top-k", "Top-k", "Top-k: keeps this many of the most probable tokens, 0 for all", "0"),
        MIN_P(
                "min-p",
                "Min-p",
                "Min-p: keeps tokens with at least this share of the most probable one's probability, 0 for all",
                "0"),
        MAX_TOKENS(
                "tokens", "Tokens", "Token limit of one solution", Integer.toString(Generation.DEFAULT.maxNewTokens()));

        private final String key;
        private final String label;
        private final String help;
        private final String first;

        Field(String key, String label, String help, String first) {
            this.key = key;
            this.label = label;
            this.help = help;
            this.first = first;
        }

        /// The name in errors and settings.
        public String key() {
            return key;
        }

        public String label() {
            return label;
        }

        public String help() {
            return help;
        }
    }

    private final Map<Field, StringProperty> texts = new EnumMap<>(Field.class);
    private Generation base = Generation.DEFAULT;

    public SamplingForm() {
        for (var field : Field.values()) texts.put(field, new SimpleStringProperty(field.first));
    }

    public StringProperty text(Field field) {
        return texts.computeIfAbsent(field, _ -> new SimpleStringProperty(""));
    }

    public void whenChanged(Runnable action) {
        texts.values().forEach(text -> text.subscribe(action));
    }

    /// Takes the step separator, the system prompt and the token limit of [#resetTokens] from a policy's folder.
    public void recommended(Generation generation) {
        base = generation;
    }

    /// Resets the token limit to the policy's recommendation.
    public void resetTokens() {
        text(Field.MAX_TOKENS).set(Integer.toString(base.maxNewTokens()));
    }

    /// Stores the last input in the settings, except the token limit, which belongs to the policy.
    public void keep(WindowSettings settings, String prefix) {
        texts.forEach((field, text) -> {
            if (field != Field.MAX_TOKENS) settings.keep(prefix + field.key, text);
        });
    }

    /// @param greedy whether the strategy ignores the temperature
    public Optional<FieldError> error(boolean greedy) {
        if (!greedy && number(Field.TEMPERATURE).filter(t -> t >= 0 && t <= 10).isEmpty())
            return invalid(Field.TEMPERATURE, "The temperature must be a number from 0 (greedy) to 10.");
        if (number(Field.TOP_P).filter(p -> p > 0 && p <= 1).isEmpty())
            return invalid(Field.TOP_P, "Top-p must be above 0 and at most 1.");
        if (whole(Field.TOP_K).filter(k -> k >= 0 && k <= Integer.MAX_VALUE).isEmpty())
            return invalid(Field.TOP_K, "Top-k must be a whole number of tokens. 0 keeps all tokens.");
        if (number(Field.MIN_P).filter(share -> share >= 0 && share <= 1).isEmpty())
            return invalid(Field.MIN_P, "Min-p must be a number from 0 to 1. 0 keeps all tokens.");
        if (whole(Field.MAX_TOKENS).filter(t -> t >= 1 && t <= 1_000_000).isEmpty())
            return invalid(Field.MAX_TOKENS, "The token limit of a solution must be a whole number from 1 to 1000000.");
        return Optional.empty();
    }

    /// Call only if all fields are valid.
    ///
    /// @param greedy whether to use temperature 0 instead of the typed one
    public Generation generation(boolean greedy) {
        return new Generation(
                greedy ? 0 : number(Field.TEMPERATURE).orElseThrow(),
                number(Field.TOP_P).orElseThrow(),
                whole(Field.TOP_K).orElseThrow().intValue(),
                number(Field.MIN_P).orElseThrow(),
                whole(Field.MAX_TOKENS).orElseThrow().intValue(),
                base.separator(),
                base.systemPrompt());
    }

    private Optional<Double> number(Field field) {
        return NumberInput.number(text(field).get());
    }

    private Optional<Long> whole(Field field) {
        return NumberInput.whole(text(field).get());
    }

    private static Optional<FieldError> invalid(Field field, String message) {
        return Optional.of(new FieldError(field.key, message));
    }
}
