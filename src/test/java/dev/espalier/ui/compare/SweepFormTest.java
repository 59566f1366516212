package dev.espalier.ui.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.models.ModelEntry;
import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import dev.espalier.search.strategy.Method;
import dev.espalier.ui.kit.SamplingForm;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepFormTest {
    private static final ProblemSet SET = new ProblemSet(
            "set",
            "/set",
            "",
            IntStream.range(0, 30)
                    .mapToObj(i -> new Problem("p" + i, "?", "1", null, "", 1))
                    .toList(),
            List.of());

    private final SweepForm form = new SweepForm();

    @BeforeEach
    void fill() {
        form.models(List.of(
                new ModelEntry("small", "policy", Path.of("s"), "", 1, ""),
                new ModelEntry("judge", "prm", Path.of("j"), "", 1, "")));
        form.set().set(SET);
    }

    @Test
    void theChoicesAreTheMethodsOfTheCatalogue() {
        assertThat(form.choices()).extracting(SweepForm.Choice::name).containsExactlyElementsOf(Method.words());
    }

    @Test
    void aSweepHasTheSelectedMethodsAndTypedSettings() {
        form.recommended(new Generation(0.8, 1, 320, "\n", ""));
        form.budgets().set("16 4,1 4");
        form.seeds().set("1-3, 7");
        form.count().set("5");
        var spec = form.spec();
        assertThat(spec.budgets()).containsExactly(1, 4, 16);
        assertThat(spec.seeds()).containsExactly(1L, 2L, 3L, 7L);
        assertThat(spec.problems()).isEqualTo(SET.spread(5));
        assertThat(spec.methods()).containsExactly("greedy", "majority", "weighted", "beam-search");
        assertThat(spec.generation()).isEqualTo(new Generation(0.8, 1, 320, "\n", ""));
        assertThat(form.size().get()).isEqualTo("4 methods × 3 budgets × 5 problems × 4 seeds");
    }

    @Test
    void aNumberOfProblemsAboveTheSetsSizeMeansAll() {
        form.count().set("1000");
        assertThat(form.spec().problems()).hasSize(30);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'1, x' ; 4 ; 20 ; 1 ; budgets",
                "'' ; 4 ; 20 ; 1 ; budgets",
                "'1, 2' ; 4 ; 20 ; 1 ; budgets",
                "'1, 4' ; 0 ; 20 ; 1 ; M",
                "'1, 4' ; 4 ; 0 ; 1 ; count",
                "'1, 4' ; 4 ; 20 ; '5-1' ; seeds",
                "'1, 4' ; 4 ; 20 ; '' ; seeds"
            })
    void aValidationErrorNamesItsField(String budgets, String m, String count, String seeds, String field) {
        form.budgets().set(budgets);
        form.m().set(m);
        form.count().set(count);
        form.seeds().set(seeds);
        assertThat(form.error().get()).isNotNull();
        assertThat(form.error().get().field()).isEqualTo(field);
        assertThat(form.size().get()).isEmpty();
    }

    @Test
    void topKAndMinPAreValidatedAndUsed() {
        form.recommended(new Generation(0.8, 1, 320, "\n", ""));
        form.sampling().text(SamplingForm.Field.TOP_K).set("40");
        form.sampling().text(SamplingForm.Field.MIN_P).set("0.05");
        assertThat(form.spec().generation()).isEqualTo(new Generation(0.8, 1, 40, 0.05, 320, "\n", ""));
        form.sampling().text(SamplingForm.Field.MIN_P).set("2");
        assertThat(form.error().get().field()).isEqualTo("min-p");
        form.sampling().text(SamplingForm.Field.TOP_K).set("many");
        assertThat(form.error().get().field()).isEqualTo("top-k");
    }

    @Test
    void methodsThatNeedScoresNeedARewardModel() {
        form.reward().set("none");
        assertThat(form.error().get().field()).isEqualTo(SweepForm.REWARD);
        for (var choice : form.choices())
            choice.wanted().set(choice.name().equals("greedy") || choice.name().equals("majority"));
        assertThat(form.error().get()).isNull();
        assertThat(form.spec().reward()).isEmpty();
    }

    @Test
    void withoutMethodsThereIsNoSweep() {
        for (var choice : form.choices()) choice.wanted().set(false);
        assertThat(form.error().get().field()).isEqualTo(SweepForm.METHODS);
    }
}
