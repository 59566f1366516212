package dev.espalier.experiment.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.analysis.Pool;
import dev.espalier.search.Runs;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.strategy.Method;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MethodCurvesTest {
    /// As damage makes it: the powers of two below it end.
    @Test
    void aBudgetOfBillionsGivesACurve() {
        SearchConfig config = Runs.config("best-of-n", Map.of("N", 8), 3);
        var damaged = new SearchConfig(
                config.strategy(),
                config.parameters().with("N", Integer.MAX_VALUE),
                config.mode(),
                config.sampling(),
                config.reduction(),
                config.seed(),
                config.policy(),
                config.policySha256(),
                config.reward(),
                config.rewardSha256());
        var pools = Map.of(damaged, List.of(new Pool("p", 1, 0, List.of(), 0, 0)));
        assertThat(MethodCurves.of(pools, List.of(Method.of("majority")), List.of()))
                .hasSizeLessThanOrEqualTo(1);
    }
}
