package dev.espalier.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.ProblemStatus;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.store.RunStore;
import dev.espalier.store.SearchStatus;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A database from before kinds of problems, variants and stored verdicts: searches by every strategy, one in parity
/// mode, one with look-ahead, a fork, and one (12) that was killed. The hashes of the logs, the interrupted one's
/// completed, are stored beside it.
class OldDatabaseTest {
    private static final long INTERRUPTED = 12;

    @TempDir
    Path folder;

    /// Its candidates say $-2$ and $x=-2$, which were two answers then and are one now (decision 0114).
    private static final long COUNTED_APART = 20;

    private Path database;

    @BeforeEach
    void unpack() throws IOException {
        database = folder.resolve("old.db");
        try (var packed = new GZIPInputStream(resource("made-by-0.1.0.db.gz"))) {
            Files.copy(packed, database);
        }
    }

    private static InputStream resource(String name) {
        return Objects.requireNonNull(OldDatabaseTest.class.getResourceAsStream(name));
    }

    private static TreeMap<Long, String> hashes() throws IOException {
        var hashes = new TreeMap<Long, String>();
        try (var text = resource("made-by-0.1.0.txt")) {
            new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" "))
                    .forEach(pair -> hashes.put(Long.valueOf(pair[0]), pair[1]));
        }
        return hashes;
    }

    @Test
    void everyLogReadsAsItWasWrittenAndReplaysToTheSame() throws IOException {
        try (var workbench = SampleBench.open(database)) {
            int searches = 0;
            for (var run : workbench.runs().list()) {
                assertThat(run.damaged()).isFalse();
                for (var search : workbench.runs().searches(run.run().id())) {
                    searches++;
                    if (search.id() == INTERRUPTED) continue;
                    assertThat(search.status()).isEqualTo(SearchStatus.FINISHED);
                    var events = workbench.runs().search(search.id()).events();
                    assertThat(RunStore.logicalHash(events))
                            .as("search " + search.id())
                            .isEqualTo(hashes().get(search.id()));
                    var again = workbench.searches().replay(search.id());
                    if (search.id() == COUNTED_APART) {
                        assertThat(again).isNotEqualTo(events);
                        assertThat(withoutVotes(again)).isEqualTo(withoutVotes(events));
                    } else assertThat(again).as("search " + search.id()).isEqualTo(events);
                }
            }
            assertThat(searches).isEqualTo(hashes().size());
        }
    }

    private static List<SearchEvent> withoutVotes(List<SearchEvent> log) {
        return log.stream()
                .filter(event -> !(event instanceof SearchEvent.Voted))
                .toList();
    }

    @Test
    void theInterruptedSearchIsResumed() throws Exception {
        try (var workbench = SampleBench.open(database)) {
            assertThat(workbench.runs().search(INTERRUPTED).summary().status()).isEqualTo(SearchStatus.INTERRUPTED);
            var before = workbench.runs().search(INTERRUPTED).events();
            assertThat(workbench
                            .searches()
                            .resume(INTERRUPTED)
                            .done()
                            .get(2, TimeUnit.MINUTES)
                            .end())
                    .isEqualTo(Outcome.End.FINISHED);
            assertThat(workbench.runs().search(INTERRUPTED).events())
                    .startsWith(before.toArray(SearchEvent[]::new))
                    .hasSizeGreaterThan(before.size());
        }
    }

    @Test
    void problemsHaveAStatusAndCurvesTheirAccuracy() {
        try (var workbench = SampleBench.open(database)) {
            assertThat(workbench.runs().problemStatuses()).hasSize(11).containsValue(ProblemStatus.RIGHT);
            var run = workbench.runs().list().stream()
                    .filter(found -> found.run().id() == 1)
                    .findFirst()
                    .orElseThrow();
            assertThat(run.searches()).isEqualTo(12);
        }
    }
}
