package dev.espalier.problem;

import dev.espalier.io.Records;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The names that tell a record of problems or outputs.
final class ColumnNames implements Records.Names {
    /// The last column of a row of MMLU.
    private static final Set<String> LETTERS = Set.of("A", "B", "C", "D");
    private static final int COLUMNS_OF_MMLU = 6;
    private static final int FEWEST_WORDS = 3;

    @Override
    public boolean known(String name) {
        return Question.named(name) || GoldAnswer.named(name);
    }

    /// A question and its answer; or, as in the files of MMLU, four choices between them.
    @Override
    public @Nullable List<String> withoutHeader(List<String> firstRow) {
        // Names of columns are shorter than questions.
        if (firstRow.getFirst().split("\\s+").length < FEWEST_WORDS) return null;
        if (firstRow.size() == 2) return List.of("question", "answer");
        return firstRow.size() == COLUMNS_OF_MMLU && LETTERS.contains(firstRow.getLast())
                ? List.of("question", "A", "B", "C", "D", "answer")
                : null;
    }
}
