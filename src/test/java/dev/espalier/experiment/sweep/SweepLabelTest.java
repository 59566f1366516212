package dev.espalier.experiment.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Databases hold labels of sweeps. A sweep whose label changes cannot be resumed.
class SweepLabelTest {
    private static final List<Problem> PROBLEMS = List.of(new Problem("p1", "What?", null, null, "", 0), new Problem("p2", "Why?", null, null, "", 0));

    private static SweepOrder order(String... methods) {
        return new SweepOrder("dev", "set", PROBLEMS, "policy", "prm", List.of(methods), List.of(1, 4), 2, Generation.DEFAULT, Reduction.LAST, List.of(0L));
    }

    /// The first 8 digits of the SHA-256 of `set[]p1⏎What?p2⏎Why?`.
    @Test
    void aSweepKeepsItsLabel() {
        assertThat(SweepPlan.label(order("majority"), new SweepPlan(List.of()))).isEqualTo("dev #e58f4a25");
    }

    /// The label contains configurations as their records print them, so a renamed record or component changes it.
    @Test
    void aConfigurationKeepsItsText() {
        assertThat(SweepPlan.label(order("majority", "beam-search", "greedy"), SweepPlan.of(order("majority", "beam-search", "greedy"), "a", "b"))).isEqualTo("dev #d5409cc7");
    }
}
