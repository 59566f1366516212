package dev.espalier.engine.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepetitionTest {
    private static String written(String text) {
        return text.replace("\\n", "\n").replace('_', ' ');
    }

    @ParameterizedTest
    @CsvSource({
        "'a.\\n\\nb', 'a.\\n\\nb', 5",
        "'a.\\n\\nb', 'a.\\n\\nbc', 5",
        "'a.\\n\\nb', 'a.\\n\\na.\\n\\nb', 0",
        "'a.\\n\\nb', 'a.\\n\\n', 0",
        "'a.\\n\\nb', 'x', 0",
        "'a.\\n\\nb', '', 0",
        "'a.\\n\\n', 'a.\\n\\nb', 4",
        "'a.\\n\\n', 'a.b', 2",
        "'a.\\n\\n', 'a.\\nb', 3",
        "'a.\\n\\n', 'a.', 2",
        "'a.\\n\\n', 'a', 0",
        "'_a.', 'a.b', 2",
        "'_a.', '_a.b', 3",
        "'\\n\\n', '\\nb', 0",
        "'\\n\\n', '\\n\\nb', 2",
        "'', 'b', 0"
    })
    void onlyTheWholeTurnCountsAndItMayBeTrimmed(String turn, String answer, int length) {
        assertThat(Repetition.of(written(turn)).length(written(answer))).isEqualTo(length);
    }

    @Test
    void itIsOpenUntilTheAnswerDiffersOrTheTurnEnds() {
        var repetition = Repetition.of("a.\n\n");
        assertThat(repetition.isOpen("")).isTrue();
        assertThat(repetition.isOpen("a.\n")).isTrue();
        assertThat(repetition.isOpen("a.\n\n")).isFalse();
        assertThat(repetition.isOpen("a.b")).isFalse();
        assertThat(Repetition.NONE.isOpen("")).isFalse();
    }
}
