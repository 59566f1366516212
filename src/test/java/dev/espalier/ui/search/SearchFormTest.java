package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.experiment.run.SearchSpec;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.ui.kit.FieldError;
import dev.espalier.ui.kit.ModelChoice;
import dev.espalier.ui.kit.SamplingForm.Field;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SearchFormTest {
    private static final Problem PROBLEM = new Problem("p", "1 + 1?", "2", null, "", 1);
    private static final Generation RECOMMENDED = new Generation(0.8, 1.0, 320, "\n", "Be brief.");

    private final SearchForm form = new SearchForm();

    @BeforeEach
    void models() {
        form.models(List.of(
                entry("small", "policy", ""),
                entry("broken", "policy", "Its weights are missing."),
                entry("judge", "prm", "")));
        form.recommended(RECOMMENDED);
    }

    private static ModelEntry entry(String name, String kind, String problem) {
        return new ModelEntry(name, kind, Path.of(name), "", 1, problem);
    }

    @Test
    void theDefaultIsABeamSearchWithTheFirstUsableModels() {
        assertThat(form.error().get()).isNull();
        assertThat(form.spec(PROBLEM))
                .isEqualTo(new SearchSpec(
                        PROBLEM,
                        "small",
                        "judge",
                        "beam-search",
                        Parameters.of(Map.of("N", 16, "M", 4)),
                        RECOMMENDED,
                        Reduction.LAST,
                        1));
    }

    @Test
    void brokenModelsAreNotOffered() {
        assertThat(form.policies()).containsExactly("small");
        assertThat(form.rewards()).containsExactly("judge", ModelChoice.NO_REWARD);
    }

    @Test
    void greedyTakesNoBudgetAndNoTemperature() {
        form.strategy().set(new StrategyChoice("greedy"));
        form.parameter("N").set("nonsense");
        form.sampling().text(Field.TEMPERATURE).set("nonsense");
        var spec = form.spec(PROBLEM);
        assertThat(spec.parameters()).isEqualTo(Parameters.NONE);
        assertThat(spec.generation().temperature()).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "best-of-n, 0, 4, 0.8, 1, 1, 320, N, at least 1",
        "best-of-n, x, 4, 0.8, 1, 1, 320, N, N must be a number",
        "beam-search, 16, 2.5, 0.8, 1, 1, 320, M, whole number",
        "dvts, 18, 4, 0.8, 1, 1, 320, M, N to 16",
        "dvts, 2, 4, 0.8, 1, 1, 320, M, N to 4",
        "best-of-n, 4, 4, -1, 1, 1, 320, temperature, from 0",
        "best-of-n, 4, 4, 0.8, 0, 1, 320, top-p, above 0",
        "best-of-n, 4, 4, 0.8, 1, , 320, seed, whole number",
        "best-of-n, 4, 4, 0.8, 1, 1, 0, tokens, whole number",
    })
    void aValidationErrorNamesItsField(
            String method,
            String n,
            String m,
            String t,
            String p,
            String seed,
            String tokens,
            String field,
            String words) {
        form.strategy().set(new StrategyChoice(method));
        form.parameter("N").set(n);
        form.parameter("M").set(m);
        form.sampling().text(Field.TEMPERATURE).set(t);
        form.sampling().text(Field.TOP_P).set(p);
        form.seed().set(seed == null ? "" : seed);
        form.sampling().text(Field.MAX_TOKENS).set(tokens);
        assertThat(form.error().get()).isNotNull();
        assertThat(form.error().get().field()).isEqualTo(field);
        assertThat(form.error().get().message()).contains(words);
        assertThatThrownBy(() -> form.spec(PROBLEM)).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, top-k, 0 keeps all",
        "4.5, 0, top-k, whole number",
        "40, 1.5, min-p, to 1",
        "40, x, min-p, from 0"
    })
    void topKAndMinPAreValidatedAndUsed(String k, String minP, String field, String words) {
        form.sampling().text(Field.TOP_K).set("40");
        form.sampling().text(Field.MIN_P).set("0.05");
        assertThat(form.spec(PROBLEM).generation()).isEqualTo(new Generation(0.8, 1, 40, 0.05, 320, "\n", "Be brief."));
        form.sampling().text(Field.TOP_K).set(k);
        form.sampling().text(Field.MIN_P).set(minP);
        assertThat(form.error().get().field()).isEqualTo(field);
        assertThat(form.error().get().message()).contains(words);
    }

    @Test
    void correctingAFieldClearsTheError() {
        form.strategy().set(new StrategyChoice("dvts"));
        form.parameter("N").set("18");
        form.parameter("N").set("20");
        assertThat(form.error().get()).isNull();
        assertThat(form.spec(PROBLEM).parameters()).isEqualTo(Parameters.of(Map.of("N", 20, "M", 4)));
    }

    @Test
    void parityLimitsTokensPerStepAndIsAvailableOnlyForItsStrategies() {
        form.mode().set(Mode.PARITY);
        assertThat(form.spec(PROBLEM).mode()).isEqualTo(Mode.PARITY);
        assertThat(form.spec(PROBLEM).generation().maxNewTokens()).isEqualTo(2048);
        assertThat(form.visibleParameters()).extracting(Parameter::name).contains("filter-duplicates");
        form.strategy().set(new StrategyChoice("mcts"));
        assertThat(form.mode().get()).isEqualTo(Mode.STANDARD);
        assertThat(form.spec(PROBLEM).generation().maxNewTokens()).isEqualTo(RECOMMENDED.maxNewTokens());
    }

    @Test
    void everyStrategyRunsWithItsDefaults() {
        for (var method : StrategyChoice.all()) {
            form.strategy().set(method);
            assertThat(form.error().get()).as(method.name()).isNull();
            assertThat(form.spec(PROBLEM).strategy()).isEqualTo(method.name());
        }
    }

    @Test
    void beamSearchWithoutARewardModelIsRejected() {
        form.reward().set(ModelChoice.NO_REWARD);
        assertThat(form.error().get().field()).isEqualTo(SearchForm.REWARD);
        form.strategy().set(new StrategyChoice("best-of-n"));
        assertThat(form.spec(PROBLEM).reward()).isEmpty();
    }

    @Test
    void withoutAPolicyItSaysWhyNoneIsUsable() {
        var other = new SearchForm();
        other.models(List.of(entry("broken", "policy", "Its weights are missing.")));
        assertThat(other.error().get())
                .isEqualTo(
                        new FieldError(
                                SearchForm.POLICY,
                                "No policy model was found (broken: Its weights are missing.). Add a model folder to the models folder and restart Espalier."));
    }

    @Test
    void aFlagIsReadFromAWordOrItsStoredNumber() {
        form.mode().set(Mode.PARITY);
        form.parameter("filter-duplicates").set("yes");
        form.parameter("sort-completed").set("1");
        assertThat(form.spec(PROBLEM).parameters())
                .isEqualTo(Parameters.of(Map.of("N", 16, "M", 4, "filter-duplicates", 1, "sort-completed", 1)));
        form.parameter("sort-completed").set("perhaps");
        assertThat(form.error().get().field()).isEqualTo("sort-completed");
    }

    @Test
    void aModelWhoseKeyIsNotSentIsKnownWithTheReason() {
        form.models(List.of(
                entry("small", "policy", ""),
                new ModelEntry(
                        "far",
                        "policy",
                        Path.of("far"),
                        "",
                        1,
                        "",
                        "http://127.0.0.1:1",
                        "the key K is not sent: its file lies elsewhere",
                        "")));
        assertThat(form.policies()).containsExactly("small", "far");
        assertThat(form.withheld())
                .containsOnly(java.util.Map.entry("far", "the key K is not sent: its file lies elsewhere"));
    }
}
