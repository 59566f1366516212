package dev.espalier.search.vote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Generation;
import dev.espalier.model.LanguageModel;
import dev.espalier.model.Prompt;
import dev.espalier.model.Result;
import dev.espalier.model.SampleKey;
import dev.espalier.problem.Problem;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.breakpoint.Breakpoint;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Reduction;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Timeline;
import dev.espalier.search.strategy.AdaptiveSampling;
import dev.espalier.task.CountingTask;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdicts;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AnswersTest {
    private static final Problem PROBLEM = Problem.typed("?", "17");
    private static final List<SearchEvent> LOG =
            Runs.log(Runs.config("beam-search", Map.of("N", 16, "M", 4), 3), FakeModels.prompt());

    private final CountingTask task = new CountingTask(Tasks.MATHEMATICS);

    @Test
    void eachTextIsReadOnceAtWhateverMomentTheSearchIsShown() {
        var timeline = Timeline.of(LOG);
        var answers = new Answers(PROBLEM, task);
        var verdicts = Verdicts.remembering(Verdicts.NOW);
        for (int moment = LOG.size(); moment >= 0; moment--)
            answers.tally(timeline.at(moment), Reduction.LAST, verdicts);
        for (int moment = 0; moment <= LOG.size(); moment++)
            answers.tally(timeline.at(moment), Reduction.MIN, verdicts);
        assertThat(task.extractions()).isEqualTo(16);
        assertThat(task.keyed()).isEqualTo(16);
        assertThat(task.graded())
                .isNotEmpty()
                .allSatisfy((_, times) -> assertThat(times).isOne());
    }

    @Test
    void whatIsRememberedIsWhatTheTextSays() {
        var timeline = Timeline.of(LOG);
        var answers = new Answers(PROBLEM, Tasks.MATHEMATICS);
        for (int moment = 0; moment <= LOG.size(); moment++) {
            var tree = timeline.at(moment);
            assertThat(answers.tally(tree, Reduction.PROD, Verdicts.NOW))
                    .isEqualTo(Tally.of(Candidate.of(tree), Reduction.PROD, PROBLEM, Tasks.MATHEMATICS, Verdicts.NOW));
        }
    }

    @Test
    void aTextThatGoesOnMayAnswerSomethingElseThanOneThatEnds() {
        var tree = SearchTree.of(LOG);
        var node = tree.candidates().getFirst();
        var answers = new Answers(PROBLEM, task);
        answers.of(tree, node, true);
        answers.of(tree, node, false);
        answers.of(tree, node, true);
        assertThat(task.extracted().values()).containsExactly(2);
    }

    @Test
    void aBreakpointReadsEachPathOnce() {
        var tree = new SearchTree();
        var answers = new Answers(PROBLEM, task);
        var condition = Breakpoint.parse("boxed or gold pruned");
        for (var event : LOG) {
            tree.apply(event);
            condition.holds(new Breakpoint.Moment(event, tree, answers, Verdicts.NONE));
        }
        assertThat(task.extractions())
                .isPositive()
                .isLessThanOrEqualTo(tree.nodes().size());
    }

    @Test
    void adaptiveSamplingReadsEachCandidateOnce() {
        var question = new SearchSetting.Question(PROBLEM, task);
        var search = new Search(
                new AdaptiveSampling(12, 3, 1, false),
                new SearchSetting(Generation.DEFAULT, Reduction.LAST, false, Mode.STANDARD, 1, question));
        var models = FakeModels.prompt();
        while (!search.over()) {
            for (var request : search.ask()) search.tell(request.id(), sampled(models, (Request.Sample) request));
        }
        assertThat(search.tree().candidates()).hasSize(12);
        assertThat(task.extractions()).isEqualTo(12);
    }

    private static Result sampled(FakeModels models, Request.Sample sample) {
        return models.policy()
                .generate(new LanguageModel.Call(
                        Prompt.of("?"),
                        List.of(),
                        false,
                        Generation.DEFAULT,
                        sample.maxNewTokens(),
                        SampleKey.of(1, "p", sample.path())))
                .join();
    }
}
