package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.SearchTree;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LiveSearchTest {
    @Test
    void eventsThatNobodyReadsAreDroppedAndTheTreeStays() {
        var config = Runs.config("best-of-n", Map.of("N", 4), 3);
        var live = new LiveSearch(new SearchSpec(
                Runs.PROBLEM,
                "fake",
                "fake",
                config.strategy(),
                config.parameters(),
                Mode.STANDARD,
                config.generation(),
                config.reduction(),
                3));
        var log = Runs.log(config, FakeModels.prompt());
        var tree = new SearchTree();
        for (int i = 0; i < log.size(); i++) {
            if (i == log.size() / 2) live.dropEvents();
            tree.apply(log.get(i));
            live.happened(log.get(i), tree);
        }
        assertThat(live.drain()).isEmpty();
        assertThat(live.tree().events()).isEqualTo(log.size());
    }
}
