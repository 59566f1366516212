package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.EspalierException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class OutcomeTest {
    private final AtomicInteger after = new AtomicInteger();

    private String failure(Supplier<Outcome> work) {
        var outcome = Outcome.of(work, after::incrementAndGet);
        assertThat(outcome.end()).isEqualTo(Outcome.End.FAILED);
        return outcome.message();
    }

    @Test
    void everyExceptionBecomesASentence() {
        assertThat(failure(() -> {
                    throw new EspalierException("No such run.");
                }))
                .isEqualTo("No such run.");
        assertThat(failure(() -> {
                    throw new OutOfMemoryError("Java heap space");
                }))
                .isEqualTo(
                        "Java ran out of memory. Stored results are safe. Start Espalier with more memory (java -Xmx), or choose a smaller budget.");
        assertThat(failure(() -> {
                    throw new IllegalStateException("odd");
                }))
                .contains("An internal error occurred.")
                .doesNotContain("odd");
        assertThat(after).hasValue(3);
    }
}
