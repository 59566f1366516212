package dev.espalier.experiment.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.problem.Problem;
import dev.espalier.search.log.Reduction;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Databases hold labels of sweeps. A sweep whose label changes cannot be resumed.
class SweepLabelTest {
    private static final List<Problem> PROBLEMS =
            List.of(new Problem("p1", "What?", null, null, "", 0), new Problem("p2", "Why?", null, null, "", 0));

    private static SweepSpec spec(String... methods) {
        return new SweepSpec(
                "dev",
                "set",
                PROBLEMS,
                "policy",
                "prm",
                List.of(methods),
                List.of(1, 4),
                2,
                Generation.DEFAULT,
                Reduction.LAST,
                List.of(0L));
    }

    /// The first 8 digits of the SHA-256 of `set[]p1⏎What?p2⏎Why?`.
    @Test
    void aSweepKeepsItsLabel() {
        assertThat(SweepPlan.label(spec("majority"), new SweepPlan(List.of()))).isEqualTo("dev #e58f4a25");
    }

    /// The label that version 0.1.0 gave a sweep.
    @Test
    void aSweepOfTheFirstVersionIsResumed() {
        var problems = List.of(
                new Problem("test/prealgebra/0001", "80\\% of 120 is what number?", "96", null, "Prealgebra", 1),
                new Problem(
                        "test/algebra/0201", "Solve the equation $8x+7=4x-13$ for $x$.", "x=-5", null, "Algebra", 3));
        var spec = new SweepSpec(
                "label",
                "test",
                problems,
                "policy-small",
                "prm",
                List.of("greedy", "majority", "beam-search"),
                List.of(1, 4),
                4,
                new Generation(0.8, 1, 320, "\n\n", ""),
                Reduction.LAST,
                List.of(0L));
        var plan = SweepPlan.of(
                spec,
                "d7c6d156d6e22e58df8e2864807503cdde1820016b2a203f917dbecebeff16fb",
                "4bfba952094fdea003ace65e6797353589983ddad2542f83c1d1857a756b323a");
        assertThat(SweepPlan.label(spec, plan)).isEqualTo("label #ccb40105");
    }
}
