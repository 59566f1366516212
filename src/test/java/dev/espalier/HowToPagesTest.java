package dev.espalier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Pages show classes of the tests, which are compiled and run.
class HowToPagesTest {
    private static final Path ROOT = Path.of(System.getProperty("espalier.sample-data", "sample-data"))
            .toAbsolutePath()
            .getParent();

    @ParameterizedTest
    @CsvSource({
        "how-to-add-a-task.md, task/WordReversal.java",
        "how-to-add-a-view.md, ui/shell/Toy.java",
        "how-to-add-a-prm-kind.md, engine/folder/ClippedMargin.java",
        "how-to-add-a-server-kind.md, engine/http/endpoint/HouseServer.java"
    })
    void aPageShowsItsExampleAsItIs(String page, String example) throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs").resolve(page)))
                .contains(Files.readString(
                        ROOT.resolve("src/test/java/dev/espalier").resolve(example)));
    }
}
