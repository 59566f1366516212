package dev.espalier.experiment.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.problem.Problem;
import dev.espalier.search.FakeModels;
import dev.espalier.search.Runs;
import dev.espalier.search.SearchControl;
import dev.espalier.search.SearchModels;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.vote.Answers;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.task.CountingTask;
import dev.espalier.task.Task;
import dev.espalier.task.Tasks;
import dev.espalier.task.Verdict;
import dev.espalier.task.Verdicts;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProblemStatusesTest {
    @TempDir
    Path folder;

    private RunStore store;
    private int asked;
    private boolean grades = true;

    private @Nullable Verdict verdict(Problem problem, Task task, String answer) {
        asked++;
        return grades ? Verdicts.NOW.of(problem, task, answer) : null;
    }

    @BeforeEach
    void open() {
        store = RunStore.open(folder.resolve("runs.db"));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private record Ran(long id, SearchTree tree) {}

    private Ran search() {
        var config = Runs.config("best-of-n", Map.of("N", 4), 1);
        long run = store.createRun(new RunRecord(0, "run", "", "", config, Instant.EPOCH, "0", "CPU"));
        long search = store.createSearch(run, Runs.PROBLEM);
        var models = FakeModels.prompt();
        var ran = new StoredRunner(store)
                .run(
                        search,
                        config,
                        Runs.PROBLEM,
                        SearchModels.of(models.policy(), models.reward()),
                        List.of(),
                        new SearchControl(),
                        (_, _) -> {});
        store.flush();
        return new Ran(search, ran.tree());
    }

    @Test
    void aFinishedSearchIsReadAndGradedOnce() {
        search();
        var statuses = new ProblemStatuses(store, this::verdict);
        var first = statuses.all();
        int once = asked;
        assertThat(first).hasSize(1);
        assertThat(statuses.all()).isEqualTo(first);
        assertThat(asked).isEqualTo(once);
    }

    @Test
    void aFailedSearchSaysNothingAboutItsProblem() {
        var ran = search();
        var failed = ran.tree().copy();
        failed.apply(new SearchEvent.Failed("no room"));
        var answers = new Answers(Runs.PROBLEM, Tasks.of(Runs.PROBLEM));
        var statuses = new ProblemStatuses(store, this::verdict);
        assertThat(statuses.of(ran.id(), failed, answers)).isEmpty();
        assertThat(statuses.of(ran.id(), ran.tree(), answers)).isPresent();
    }

    @Test
    void aLateVerdictIsShown() {
        search();
        var statuses = new ProblemStatuses(store, this::verdict);
        grades = false;
        assertThat(statuses.all()).isEmpty();
        grades = true;
        assertThat(statuses.all()).isEqualTo(Map.of(Runs.PROBLEM.id(), ProblemStatus.WRONG));
    }

    @Test
    void aSearchThatWasShownIsNotReadAgain() {
        var expected = new ProblemStatuses(store, this::verdict);
        var ran = search();
        var task = new CountingTask(Tasks.of(Runs.PROBLEM));
        var answers = new Answers(Runs.PROBLEM, task);
        var statuses = new ProblemStatuses(store, this::verdict);
        assertThat(statuses.of(ran.id(), ran.tree(), answers))
                .hasValue(expected.all().get(Runs.PROBLEM.id()));
        int once = asked;
        statuses.of(ran.id(), ran.tree(), answers);
        assertThat(task.extractions()).isEqualTo(4);
        asked = once;
        assertThat(statuses.all()).hasSize(1);
        assertThat(asked).isEqualTo(once);
    }

    @Test
    void theNextStartReadsTheStatusWithoutCandidatesUntilTheGraderChanges() throws Exception {
        var ran = search();
        var first = new ProblemStatuses(store, this::verdict).all();
        store.flush();
        asked = 0;
        grades = false;
        assertThat(new ProblemStatuses(store, this::verdict).all())
                .isEqualTo(first)
                .hasSize(1);
        assertThat(asked).as("nothing is graded").isZero();
        for (var change : List.of("version = version + 1", "task = 'gone'", "status = 'MAYBE'", "version = 'x'")) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("runs.db"));
                    var statement = connection.createStatement()) {
                statement.execute("PRAGMA busy_timeout = 10000");
                statement.execute("DELETE FROM problem_status");
                statement.execute("INSERT INTO problem_status VALUES (" + ran.id() + ", 'mathematics', "
                        + Tasks.named("mathematics").graderVersion() + ", 'RIGHT')");
                try {
                    statement.executeUpdate("UPDATE problem_status SET " + change);
                } catch (SQLException strict) {
                    continue;
                }
            }
            assertThat(new ProblemStatuses(store, this::verdict).all())
                    .as(change)
                    .isEmpty();
        }
    }
}
