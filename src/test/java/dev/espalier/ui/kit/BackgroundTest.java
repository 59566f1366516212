package dev.espalier.ui.kit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.EspalierException;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

class BackgroundTest {
    private final ArrayList<String> said = new ArrayList<>();

    private void run(RuntimeException error) {
        Background.sameThread()
                .run(
                        () -> {
                            throw error;
                        },
                        _ -> said.add("a result"),
                        said::add);
    }

    @Test
    void anExpectedErrorShowsItsMessage() {
        run(new EspalierException("The file a.jsonl cannot be read. Choose another."));
        assertThat(said).containsExactly("The file a.jsonl cannot be read. Choose another.");
    }

    @Test
    void anUnexpectedErrorSaysWhatToDoWithoutTechnicalDetails() {
        run(new IndexOutOfBoundsException("Index 3 out of bounds for length 3"));
        assertThat(said).containsExactly("An unexpected error occurred. Try again; the log has the details.");
    }
}
