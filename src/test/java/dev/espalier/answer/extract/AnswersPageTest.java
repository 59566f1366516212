package dev.espalier.answer.extract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.answer.Extraction.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;

class AnswersPageTest {
    @Test
    void thePageListsTheRulesInTheirOrder() throws IOException {
        var rows = Files.readAllLines(Path.of("docs/answers.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .map(line -> line.split(" \\| "))
                .map(cells -> cells[0] + " " + cells[1])
                .toList();
        assertThat(rows)
                .isEqualTo(Arrays.stream(Rule.values())
                        .map(rule -> "| `" + rule.name().toLowerCase(Locale.ROOT) + "` " + rule.label())
                        .toList());
    }
}
