package dev.espalier.search.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Cost;
import org.junit.jupiter.api.Test;

class ComputeUsageTest {
    private static final ComputeUsage SPENT = new ComputeUsage(
            4, new Cost(100, 250), new Cost(0, 900), new TokensProcessed(120, 300), 1_000_000, 2_000_000, 1.5);

    @Test
    void flopsAreTwoPerParameterAndToken() {
        assertThat(SPENT.policyFlops()).isEqualTo(2 * 1e6 * 250);
        assertThat(SPENT.rewardFlops())
                .as("every path is read from its beginning")
                .isEqualTo(2 * 2e6 * 900);
        assertThat(SPENT.policyFlopsExecuted()).isEqualTo(2 * 1e6 * 120);
        assertThat(SPENT.rewardFlopsExecuted()).isEqualTo(2 * 2e6 * 300);
    }

    @Test
    void unknownFiguresAreNotZero() {
        var unknown =
                new ComputeUsage(4, SPENT.policy(), SPENT.reward(), TokensProcessed.NOTHING_KNOWN, 1_000_000, 0, 1.5);
        assertThat(unknown.policyFlopsExecuted()).isNaN();
        assertThat(unknown.rewardFlops()).isNaN();
        assertThat(unknown.policyFlops()).isEqualTo(5e8);
        assertThat(new ComputeUsage(4, SPENT.policy(), Cost.NONE, new TokensProcessed(9, 0), 0, 0, 1).rewardFlops())
                .as("no reward model, no work")
                .isZero();
    }
}
