package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.espalier.search.log.SearchEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A killed program loses less than its last half second, and nothing else.
@Tag("slow")
class CrashSafetyTest {
    private static final int ROUNDS = 6;
    /// The first rounds are timed from the start of the process, so that some kill it while it creates the file.
    private static final int EARLY_ROUNDS = 2;
    private static final long LOSS_MILLISECONDS = 500;
    /// A stalled machine also stalls the writer: one round may lose more, but none a lot.
    private static final long STALLED_MILLISECONDS = 5000;

    @TempDir
    Path folder;

    private record Report(int search, long number, long milliseconds) {
        static Report of(String line) {
            var fields = line.split(" ");
            return new Report(Integer.parseInt(fields[0]), Long.parseLong(fields[1]), Long.parseLong(fields[2]));
        }
    }

    @Test
    @Timeout(240)
    void aKilledProgramLosesLessThanHalfASecond() throws Exception {
        var logs = IntStream.range(0, CrashingWriter.SEARCHES)
                .mapToObj(CrashingWriter::log)
                .toList();
        var random = new SplittableRandom(20);
        var losses = new ArrayList<Long>();
        long before = 0;
        long most = 0;
        int killings = 0;
        int file = 0;
        for (int round = 0; round < ROUNDS; round++) {
            // Early rounds share a second file, which they may leave half created.
            var db = folder.resolve(round < EARLY_ROUNDS ? "early.db" : "runs" + file + ".db");
            var process = start(db);
            var begun = new CompletableFuture<Void>();
            var reports = CompletableFuture.supplyAsync(
                    () -> read(process.inputReader(), begun),
                    task -> Thread.ofPlatform().daemon().start(task));
            if (round >= EARLY_ROUNDS) begun.get(60, TimeUnit.SECONDS);
            boolean ended =
                    process.waitFor(random.nextLong(round < EARLY_ROUNDS ? 400 : 50, 1000), TimeUnit.MILLISECONDS);
            long killed = System.currentTimeMillis();
            // By its handle: Process would close this end of the pipe before all is read.
            process.toHandle().destroyForcibly();
            process.waitFor();
            if (!ended) killings++;
            long stored = check(db, logs, reports.get(30, TimeUnit.SECONDS), killed, losses);
            if (round >= EARLY_ROUNDS) {
                assertThat(stored).isGreaterThanOrEqualTo(before);
                before = stored;
                most = Math.max(most, stored);
            }
            // A fast machine writes everything within a round or two; the next round then gets a file of
            // its own.
            if (ended) {
                file++;
                before = 0;
            }
        }
        assertThat(most).isPositive();
        assertThat(killings).as("rounds in which the writer was killed at work").isGreaterThan(ROUNDS / 2);
        assertThat(losses)
                .as("milliseconds between the oldest lost event and the end")
                .allMatch(loss -> loss < STALLED_MILLISECONDS);
        assertThat(losses.stream().filter(loss -> loss >= LOSS_MILLISECONDS).count())
                .as("rounds that lost more than half a second, of %s", losses)
                .isLessThanOrEqualTo(1);
    }

    private static Process start(Path db) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        CrashingWriter.class.getName(),
                        db.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static List<Report> read(BufferedReader lines, CompletableFuture<Void> begun) {
        var reports = new ArrayList<Report>();
        try (lines) {
            String line = lines.readLine();
            begun.complete(null);
            while (line != null) {
                String next = lines.readLine();
                // The last line may be incomplete.
                if (next != null) reports.add(Report.of(line));
                line = next;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return reports;
    }

    /// @return the number of stored events
    private static long check(
            Path db, List<List<SearchEvent>> logs, List<Report> reports, long killed, List<Long> losses)
            throws Exception {
        if (Files.exists(db)) {
            try (var connection = DriverManager.getConnection("jdbc:sqlite:" + db);
                    var statement = connection.createStatement();
                    var row = statement.executeQuery("PRAGMA integrity_check")) {
                assertThat(row.getString(1)).isEqualTo("ok");
            }
        }
        try (var store = RunStore.open(db)) {
            var counts = new long[CrashingWriter.SEARCHES];
            var runs = store.runs();
            if (!runs.isEmpty()) {
                for (var search : store.searches(runs.getFirst().run().id())) {
                    int index = CrashingWriter.problems().indexOf(search.problem());
                    var events = store.events(search.id());
                    assertThat(events).isEqualTo(logs.get(index).subList(0, events.size()));
                    assertThat(search.events()).isEqualTo(events.size());
                    assertThat((long) search.candidates())
                            .isEqualTo(events.stream()
                                    .filter(SearchEvent.Ended.class::isInstance)
                                    .count());
                    counts[index] = events.size();
                }
            }
            losses.add(reports.stream()
                    .filter(report -> report.number >= counts[report.search])
                    .mapToLong(report -> killed - report.milliseconds)
                    .max()
                    .orElse(0));
            return Arrays.stream(counts).sum();
        }
    }
}
