package dev.espalier.search.strategy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Finish;
import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.RewardModel;
import dev.espalier.model.SampleKey;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.Strategy;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// The example of docs/how-to-add-a-strategy.md.
class HowToTest {
    private static final Path ROOT = Path.of(System.getProperty("espalier.sample-data", "sample-data"))
            .toAbsolutePath()
            .getParent();

    @Test
    void thePageContainsTheExample() throws IOException {
        assertThat(Files.readString(ROOT.resolve("docs/how-to-add-a-strategy.md")))
                .contains(Files.readString(ROOT.resolve("src/test/java/dev/espalier/search/strategy/BestStep.java")));
    }

    @Test
    void theExampleExpandsTheBestOfMSteps() {
        var log = run(BestStep.ENTRY.of(Parameters.NONE.with("M", 3)));
        var tree = SearchTree.of(log);
        assertThat(log.getLast()).isInstanceOf(SearchEvent.Finished.class);
        assertThat(tree.candidates())
                .singleElement()
                .extracting(SearchTree.Node::finish)
                .isEqualTo(Finish.STOP);
        for (var choice : Runs.of(SearchEvent.Selected.class, log)) {
            assertThat(choice.kept()).hasSize(1);
            assertThat(choice.pruned())
                    .hasSize(2)
                    .allMatch(
                            pruned -> pruned.value() <= choice.kept().getFirst().value());
        }
    }

    private static List<SearchEvent> run(Strategy strategy) {
        var search = new Search(strategy, new SearchSetting(Generation.DEFAULT, Reduction.LAST, true));
        var log = new ArrayList<SearchEvent>();
        for (var wave = search.ask(); !wave.isEmpty(); wave = search.ask()) {
            for (var request : wave)
                search.tell(
                        request.id(),
                        switch (request) {
                            case Request.Sample sample ->
                                FakeModels.continuation(new LanguageModel.Call(
                                        "?",
                                        search.tree().steps(sample.parent()),
                                        sample.stopAtStep(),
                                        Generation.DEFAULT,
                                        sample.maxNewTokens(),
                                        SampleKey.of(1, "p", sample.path())));
                            case Request.Score score ->
                                FakeModels.judgement(
                                        new RewardModel.Call("?", search.tree().steps(score.node()), false));
                            case Request.LookAhead _, Request.NextTokens _ ->
                                throw new AssertionError("asked for nothing like it");
                        });
            log.addAll(search.drain());
        }
        log.addAll(search.drain());
        return log;
    }
}
