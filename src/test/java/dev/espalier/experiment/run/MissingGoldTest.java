package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.analysis.Pool;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Mode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MissingGoldTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        0    | 40   | ''
        1    | 1    | The problem has no gold answer; it does not count in accuracy and coverage.
        1    | 40   | 1 of 40 problems has no gold answer; it does not count in accuracy and coverage.
        3    | 40   | 3 of 40 problems have no gold answer; they do not count in accuracy and coverage.
        1000 | 2000 | 1,000 of 2,000 problems have no gold answer; they do not count in accuracy and coverage.
        """)
    void oneSentenceSaysHowManyProblemsAreLeftOut(int missing, int problems, String sentence) {
        assertThat(new MissingGold(missing, problems).sentence().orElse("")).isEqualTo(sentence);
    }

    @Test
    void aProblemWithSearchesInSeveralRunsCountsOnce() {
        var runs = IntStream.range(0, 3)
                .mapToObj(_ -> List.of(pool("a", true), pool("b", false), pool("c", false)))
                .toList();
        assertThat(MissingGold.of(runs)).isEqualTo(new MissingGold(2, 3));
    }

    @Test
    void problemsAreCountedInEachMode() {
        var problems = List.of(Problem.typed("3 + 4?", "7"), Problem.typed("Prove it.", null));
        for (var mode : Mode.values())
            assertThat(MissingGold.of(problems, mode)).as(mode.label()).isEqualTo(new MissingGold(1, 2));
    }

    private static Pool pool(String problem, boolean graded) {
        return new Pool(problem, 1, 0, List.of(), 0, 0, Mode.STANDARD, graded);
    }
}
