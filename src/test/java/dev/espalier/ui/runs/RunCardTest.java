package dev.espalier.ui.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Cost;
import dev.espalier.model.Generation;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.TokensProcessed;
import dev.espalier.store.Owner;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunSummary;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCardTest {
    private static final RunSummary RUN = new RunSummary(
            new RunRecord(
                    3,
                    "Beam 16",
                    "nightly",
                    "test",
                    new SearchConfig(
                            "beam-search",
                            Parameters.of(Map.of("N", 16, "M", 4)),
                            Generation.DEFAULT,
                            Reduction.LAST,
                            7,
                            "small",
                            "ab12",
                            "judge",
                            "cd34"),
                    Instant.parse("2026-11-21T10:00:00Z"),
                    "0.1.0",
                    "CPU, 2 threads, f32",
                    null,
                    "",
                    4_000_000,
                    0,
                    "the model's own chat template"),
            20,
            17,
            1,
            2,
            300,
            new Cost(12345, 67890),
            new Cost(0, 250_000),
            new TokensProcessed(54321, TokensProcessed.UNKNOWN),
            83);

    @Test
    void theCardHasTheWholeConfiguration() {
        assertThat(RunCard.of(RUN, ZoneId.of("UTC")).text()).isEqualTo("""
            Name: Beam 16
            Sweep: nightly
            Problems: test
            Strategy: beam-search
            Parameters: M = 4, N = 16
            Reduction: last
            Seed: 7
            Temperature: 0.8
            Top-p: 1.0
            Tokens per solution: 2048
            Step separator: \\n\\n
            System prompt: none
            Prompts: the model's own chat template
            Policy: small
            sha-256 ab12
            PRM: judge
            sha-256 cd34
            Device: CPU, 2 threads, f32
            Espalier: 0.1.0
            Started: 2026-11-21 10:00:00
            Searches: 20, finished 17, failed 1, cancelled 2
            Generated: 12\u202f345 tokens
            Processed: policy 67,890, PRM 250,000 tokens
            Executed: policy 54,321, PRM unknown tokens
            FLOPs: policy 543 G, PRM unknown
            FLOPs executed: policy 435 G, PRM unknown
            Time: 1 min 23 s""");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "'' ; true",
                "beam n=16 ; true",
                "BEAM seed=7 ; true",
                "dvts ; false",
                "nightly cancelled ; true",
                "judge ; true",
                "n=99 ; false",
                "n=4 ; false"
            })
    void theFilterSearchesTheConfiguration(String filter, boolean found) {
        assertThat(RunsModel.matching(filter).test(RUN)).isEqualTo(found);
    }

    private static RunSummary with(@Nullable Owner owner, String damage) {
        return new RunSummary(
                RUN.run(),
                RUN.searches(),
                RUN.finished(),
                RUN.failed(),
                RUN.cancelled(),
                RUN.candidates(),
                RUN.policy(),
                RUN.reward(),
                RUN.executed(),
                RUN.seconds(),
                owner,
                damage);
    }

    @Test
    void theCardShowsTheOwnerOfARunningRun() {
        assertThat(RunsModel.state(with(new Owner(1234, "", false), ""))).isEqualTo("running");
        assertThat(with(new Owner(1234, "", false), "").warning())
                .isEqualTo("Run 3 is being run by another Espalier (process 1234).");
        assertThat(with(new Owner(1, "", true), "").warning()).isEmpty();
        assertThat(RunCard.of(with(new Owner(1234, "box", false), ""), ZoneId.of("UTC"))
                        .text())
                .contains("Running: in another Espalier (process 1234 on box)");
    }

    @Test
    void theCardShowsThatARunIsDamaged() {
        var damaged = with(null, "Damaged: the date of run 3 cannot be read.");
        assertThat(RunsModel.state(damaged)).isEqualTo("damaged");
        assertThat(damaged.warning()).isEqualTo("Damaged: the date of run 3 cannot be read.");
        assertThat(RunCard.of(damaged, ZoneId.of("UTC")).text())
                .contains("Unreadable: Damaged: the date of run 3 cannot be read.");
    }
}
