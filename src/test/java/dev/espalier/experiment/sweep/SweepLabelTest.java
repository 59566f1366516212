package dev.espalier.experiment.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

class SweepLabelTest {
    /// The first 8 digits of the SHA-256 of `set[]p1⏎What?p2⏎Why?`. Databases hold labels: with another one a sweep could not be resumed.
    @Test
    void aSweepKeepsItsLabel() {
        var problems = List.of(new Problem("p1", "What?", null, null, "", 0), new Problem("p2", "Why?", null, null, "", 0));
        var order = new SweepOrder("dev", "set", problems, "policy", "prm", List.of("majority"), List.of(1), 4, Generation.DEFAULT, Reduction.LAST, List.of(0L));
        assertThat(SweepPlan.label(order, new SweepPlan(List.of()))).isEqualTo("dev #e58f4a25");
    }
}
