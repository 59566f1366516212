package dev.espalier.ui.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.problem.Problem;
import dev.espalier.problem.ProblemSet;
import java.util.List;
import javafx.collections.FXCollections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsModelTest {
    private static final Problem ADD = new Problem("p/1", "Add 2 and 3.", "5", null, "Prealgebra", 1);
    private static final Problem SOLVE = new Problem("p/2", "Solve for x: x + 3 = 5.", "2", null, "Algebra", 3);
    private static final Problem COUNT = new Problem("p/3", "How many ways are there?", "84", null, "Counting", 3);
    private static final ProblemSet SET =
            new ProblemSet("set", "/a/set.jsonl", "", List.of(ADD, SOLVE, COUNT), List.of());

    private final ProblemsModel model = new ProblemsModel(FXCollections.observableArrayList());

    @Test
    void theFirstProblemOfTheFirstSetIsReadyToRun() {
        model.sets().setAll(SET);
        assertThat(model.problem().get()).isSameAs(ADD);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'' ; 3",
                "algebra ; 2",
                "L3 ; 2",
                "level:3 solve ; 1",
                "SOLVE ; 1",
                "p/3 ; 1",
                "l5 ; 0",
                "ways add ; 0"
            })
    void theFilterSearchesTextSubjectIdAndLevel(String filter, int found) {
        model.sets().setAll(SET);
        model.filter().set(filter);
        assertThat(model.shown()).hasSize(found);
    }

    @Test
    void theSelectedProblemStaysSelectedWhenTheFilterHidesIt() {
        model.sets().setAll(SET);
        model.filter().set("L3");
        assertThat(model.problem().get()).isSameAs(ADD);
    }

    @Test
    void aTypedProblemIsUsedOnlyInTypingMode() {
        model.sets().setAll(SET);
        model.typedText().set("  What is 12 + 5? ");
        assertThat(model.problem().get()).isSameAs(ADD);
        model.typing().set(true);
        assertThat(model.problem().get()).isEqualTo(Problem.typed("What is 12 + 5?", null));
        model.typedGold().set(" 17 ");
        assertThat(model.problem().get().gold()).isEqualTo("17");
        model.typedText().set("   ");
        assertThat(model.problem().get()).isNull();
    }

    @Test
    void anOpenedFileIsShownAndReplacesItsOlderVersion() {
        model.sets().setAll(SET);
        var newer = new ProblemSet("set", "/a/set.jsonl", "", List.of(COUNT), List.of());
        model.opened(newer);
        assertThat(model.sets()).containsExactly(newer);
        assertThat(model.problem().get()).isSameAs(COUNT);
    }

    @Test
    void aStoredProblemIsSelectedInItsSetOrElseTyped() {
        model.sets().setAll(SET);
        model.show(COUNT);
        assertThat(model.typing().get()).isFalse();
        assertThat(model.selected().get()).isSameAs(COUNT);
        model.show(new Problem("gone", "A problem of a file that is no longer open.", "7", null, "", 0));
        assertThat(model.typing().get()).isTrue();
        assertThat(model.problem().get().text()).isEqualTo("A problem of a file that is no longer open.");
        assertThat(model.problem().get().gold()).isEqualTo("7");
    }
}
