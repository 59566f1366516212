package dev.espalier.search.vote;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.model.Finish;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Reduction;
import dev.espalier.task.Tasks;
import java.util.List;
import org.junit.jupiter.api.Test;

class TallyTest {

    @Test
    void equalAnswersInDifferentFormsAreOneGroup() {
        var tally = Tallies.of(
                List.of(candidate(0, "\\frac{1}{2}", 0.2), candidate(1, "0.5", 0.3), candidate(2, "3", 0.9)),
                Reduction.LAST,
                "1/2");
        assertThat(tally.groups()).extracting(Tally.Group::display).containsExactly("\\frac{1}{2}", "3");
        assertThat(tally.groups().getFirst().correct()).isTrue();
        assertThat(tally.elect(Vote.MAJORITY).orElseThrow().display()).isEqualTo("\\frac{1}{2}");
        assertThat(tally.elect(Vote.NAIVE).orElseThrow().display()).isEqualTo("3");
        assertThat(tally.elect(Vote.WEIGHTED).orElseThrow().display()).isEqualTo("3");
    }

    @Test
    void bestOfNNamesItsCandidatesOwnText() {
        var tally = Tallies.of(
                List.of(candidate(0, "0.5", 0.2), candidate(1, "\\frac{1}{2}", 0.9), candidate(2, "x=0.5", 0.3)),
                Reduction.LAST,
                null);
        assertThat(tally.groups()).hasSize(1);
        var group = tally.groups().getFirst();
        assertThat(group.display(Vote.NAIVE)).isEqualTo("\\frac{1}{2}");
        assertThat(group.display(Vote.MAJORITY)).isEqualTo("0.5");
        assertThat(group.display(Vote.WEIGHTED)).isEqualTo("0.5");
        assertThat(group.guesses()).isZero();
    }

    @Test
    void aGroupCountsAnswersThatAreOnlyTheLastNumber() {
        var tally = Tallies.of(
                List.of(
                        candidate(0, "7", 0.2),
                        new Candidate(1, "We count 7 of them", Finish.STOP, List.of(0.1)),
                        new Candidate(2, "The answer is 7.", Finish.STOP, List.of(0.1))),
                Reduction.LAST,
                null);
        assertThat(tally.groups()).extracting(Tally.Group::guesses).containsExactly(1);
    }

    @Test
    void aGroupShowsItsSurfaceFormsAndWhyTheyAreOneAnswer() {
        var group = Tallies.of(
                        List.of(
                                candidate(0, "\\frac{1}{2}", 0.2),
                                candidate(1, "0.5", 0.3),
                                candidate(2, "0.5", 0.3),
                                candidate(3, "50\\%", 0.1)),
                        Reduction.LAST,
                        null)
                .groups()
                .getFirst();
        assertThat(group.written())
                .containsExactly(
                        new Tally.Written("0.5", 2),
                        new Tally.Written("\\frac{1}{2}", 1),
                        new Tally.Written("50\\%", 1));
        assertThat(group.written())
                .extracting(way -> Tasks.MATHEMATICS.sameness(group.display(), way.text()))
                .containsExactly("equal as fractions", "identical text", "equal as percent and number");
    }

    @Test
    void aGroupsTaskSaysWhyAnswersAreEqual() {
        var choice = Tasks.named("choice");
        var letters = Tallies.of(
                        List.of(candidate(0, "C", 0.2), candidate(1, "(C) Plane", 0.3)), Reduction.LAST, "C", choice)
                .groups();
        assertThat(letters)
                .singleElement()
                .satisfies(group -> assertThat(group.written())
                        .extracting(way -> choice.sameness(group.display(), way.text()))
                        .containsExactly("identical text", "same choice"));
        var halves = Tallies.of(
                        List.of(candidate(0, "\\frac{1}{2}", 0.2), candidate(1, "0.5", 0.3)),
                        Reduction.LAST,
                        "1/2",
                        Tasks.PARITY)
                .groups();
        assertThat(halves)
                .singleElement()
                .satisfies(group -> assertThat(group.written())
                        .extracting(way -> Tasks.PARITY.sameness(group.display(), way.text()))
                        .containsExactly("identical text", "same group in parity mode"));
    }

    @Test
    void tiesGoToTheFirstSeen() {
        var tally = Tallies.of(List.of(candidate(0, "1", 0.5), candidate(1, "2", 0.5)), Reduction.LAST, null);
        for (var vote : Vote.values())
            assertThat(tally.elect(vote).orElseThrow().display()).isEqualTo("1");
    }

    @Test
    void aTieForTheBestScoreGoesToTheEarlierCandidateNotTheEarlierGroup() {
        var tally = Tallies.of(
                List.of(candidate(0, "1", 0.1), candidate(1, "2", 0.9), candidate(2, "1", 0.9)), Reduction.LAST, null);
        assertThat(tally.elect(Vote.NAIVE).orElseThrow().display()).isEqualTo("2");
    }

    @Test
    void noAnswerIsNeverElectedWhileAnotherGroupExists() {
        var silent = new Candidate(0, "I do not know", Finish.STOP, List.of(1.0));
        var tally = Tallies.of(
                List.of(silent, new Candidate(1, "nor do I", Finish.STOP, List.of(1.0)), candidate(2, "7", 0.1)),
                Reduction.LAST,
                "7");
        for (var vote : Vote.values())
            assertThat(tally.elect(vote).orElseThrow().display()).isEqualTo("7");
        assertThat(Tallies.of(List.of(silent), Reduction.LAST, "7")
                        .elect(Vote.MAJORITY)
                        .orElseThrow()
                        .answered())
                .isFalse();
    }

    @Test
    void inParityModeNoAnswerIsAGroupLikeAnyOther() {
        var cut = new Candidate(1, "so far we have 12 and", Finish.LENGTH, List.of(0.2));
        var pool = List.of(
                new Candidate(0, "I do not know", Finish.STOP, List.of(1.0)),
                cut,
                new Candidate(2, "nor do I", Finish.STOP, List.of(1.0)));
        var tally = Tallies.of(pool, Reduction.LAST, "12", Tasks.PARITY);
        assertThat(tally.groups())
                .extracting(Tally.Group::display)
                .as("a truncated candidate answers like a finished one")
                .containsExactly("", "12");
        for (var vote : Vote.values())
            assertThat(tally.elect(vote).orElseThrow().answered())
                    .as(vote.label())
                    .isFalse();
    }

    @Test
    void aTruncatedCandidateHasNoAnswerUnlessItIsBoxed() {
        var cut = new Candidate(0, "so far we have 12", Finish.LENGTH, List.of(0.9));
        var boxed = new Candidate(1, "it is $\\boxed{12}$ because", Finish.LENGTH, List.of(0.9));
        assertThat(Tallies.of(List.of(cut, boxed), Reduction.LAST, "12").groups())
                .extracting(Tally.Group::answered)
                .containsExactly(false, true);
    }

    @Test
    void withoutCandidatesThereIsNoWinner() {
        assertThat(Tally.of(List.of()).elect(Vote.MAJORITY)).isEmpty();
    }

    private static Candidate candidate(int number, String answer, double score) {
        return new Candidate(number, "Therefore $\\boxed{" + answer + "}$.", Finish.STOP, List.of(score));
    }
}
