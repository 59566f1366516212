package dev.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// The index of decisions, docs/decisions/README.md.
class DecisionsTest {
    private static final Path DECISIONS = Path.of(System.getProperty("espalier.sample-data", "sample-data"))
            .toAbsolutePath()
            .resolveSibling("docs")
            .resolve("decisions");
    private static final Pattern ROW =
            Pattern.compile("\\| \\[\\d{4}\\]\\(.+\\) \\| .+ \\| .+ \\| \\d{4}-\\d\\d-\\d\\d \\|");
    private static final Pattern TITLE = Pattern.compile("# (\\d{4}) (.+)");
    private static final String STATUS = "Status: ";

    @Test
    void theIndexListsEveryDecisionWithItsStatusAndDate() throws IOException {
        var listed = Files.readAllLines(DECISIONS.resolve("README.md")).stream()
                .filter(line -> line.startsWith("| ["))
                .toList();
        assertThat(listed).allMatch(line -> ROW.matcher(line).matches());
        assertThat(listed.stream().map(line -> line.substring(0, line.lastIndexOf('|', line.length() - 2) + 1)))
                .containsExactlyElementsOf(rows());
    }

    /// Without their dates, which are those of the first commit.
    private static List<String> rows() throws IOException {
        var rows = new ArrayList<String>();
        try (var files = Files.list(DECISIONS)) {
            for (var file :
                    files.filter(file -> !file.endsWith("README.md")).sorted().toList()) {
                var lines = Files.readAllLines(file);
                var title = TITLE.matcher(lines.getFirst());
                assertThat(title.matches())
                        .as("%s begins with # and its number", file)
                        .isTrue();
                assertThat(file.getFileName().toString()).startsWith(title.group(1) + "-");
                var status = lines.get(2).startsWith(STATUS) ? lines.get(2).substring(STATUS.length()) : "accepted";
                rows.add(
                        "| [%s](%s) | %s | %s |".formatted(title.group(1), file.getFileName(), title.group(2), status));
            }
        }
        return rows;
    }
}
