package dev.espalier.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.espalier.io.JsonLines;
import dev.espalier.problem.ProblemFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Reads the worked solutions of known problem sets as if candidates had written them.
class ReferenceSolutionsTest {
    @ParameterizedTest
    @CsvSource({"math500, solution, 500, 3", "gsm8k, answer, 1319, 0"})
    void everyWorkedSolutionGivesItsGoldAnswer(String set, String field, int problems, int choices) {
        var file = Path.of("../shared/data", set, "test.jsonl");
        assumeTrue(Files.exists(file), "the problem set is not here");
        var wrong = new ArrayList<String>();
        int read = 0;
        int chosen = 0;
        try (var lines = JsonLines.open(file)) {
            for (var line = lines.next(); line != null; line = lines.next()) {
                var json = ((JsonLines.Parsed) line).json();
                var problem = ProblemFile.problem(json, "p" + line.number());
                var grader = Graders.of(problem);
                var found = grader.extract(json.path(field).stringValue(), true);
                read++;
                if (grader == Graders.CHOICE) chosen++;
                if (found == null
                        || problem.gold() == null
                        || !grader.grade(problem.gold(), found.answer()).accepted())
                    wrong.add(problem.gold() + " but " + found);
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(read).isEqualTo(problems);
        assertThat(chosen).as("multiple choice").isEqualTo(choices);
    }
}
