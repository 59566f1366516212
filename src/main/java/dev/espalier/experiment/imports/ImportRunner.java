package dev.espalier.experiment.imports;

import dev.espalier.EspalierException;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.RunTitle;
import dev.espalier.experiment.run.Version;
import dev.espalier.io.JsonLines;
import dev.espalier.io.Records;
import dev.espalier.io.Sha256;
import dev.espalier.io.SpooledFile;
import dev.espalier.model.Cost;
import dev.espalier.model.Generation;
import dev.espalier.model.Result;
import dev.espalier.model.StepSplitter;
import dev.espalier.problem.ChoiceIndex;
import dev.espalier.problem.ProblemFile;
import dev.espalier.search.Search;
import dev.espalier.search.SearchSetting;
import dev.espalier.search.log.Candidate;
import dev.espalier.search.log.Mode;
import dev.espalier.search.log.Parameters;
import dev.espalier.search.log.Request;
import dev.espalier.search.log.SearchConfig;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.strategy.Strategies;
import dev.espalier.store.ImportedLine;
import dev.espalier.store.RunRecord;
import dev.espalier.store.RunStore;
import dev.espalier.store.RunSummary;
import dev.espalier.store.SearchStatus;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

/// Imports a file of outputs, record by record; records that hold one solution each of the same problem become one
/// search. Each line becomes the results of a best-of-N search, so that its log is the
/// one that such a search writes. Lines with different numbers of solutions become different runs; a repeated problem
/// gets another seed.
public final class ImportRunner {
    private static final System.Logger LOG = System.getLogger(ImportRunner.class.getName());

    private static final long MOST_SINGLE_BYTES = 512 << 20;

    /// Lines with one solution each of the same problem.
    ///
    /// @param record the first of them
    private record Samples(Records.Read record, List<OutputLine> lines) {}

    private final RunStore store;
    private final ImportSpec spec;
    private final LiveImport live;
    private final String name;
    private final Map<SearchConfig, Long> runs = new HashMap<>();
    private final Map<String, Integer> seeds = new HashMap<>();
    private final Set<Long> used = new LinkedHashSet<>();
    private final RecordedResults recorded = new RecordedResults();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Samples> singles = new LinkedHashMap<>();
    private final Set<String> documents = new HashSet<>();
    private @Nullable ChoiceIndex index;
    private long singleBytes;
    private int added;
    private int present;
    private int skipped;

    public ImportRunner(RunStore store, ImportSpec spec, LiveImport live) {
        this.store = store;
        this.spec = spec;
        this.live = live;
        name = ProblemFile.name(spec.file());
    }

    /// Checks a spec.
    ///
    /// @throws dev.espalier.EspalierException if the spec contradicts itself
    public static void check(ImportSpec spec) {
        if (!Strategies.names().contains(spec.strategy())) {
            throw new EspalierException("There is no strategy called \"%s\". There are: %s."
                    .formatted(spec.strategy(), String.join(", ", Strategies.names())));
        }
        new StepSplitter(spec.separator());
        JsonLines.check(spec.file());
    }

    public Outcome run() {
        try (var file = SpooledFile.of(spec.file())) {
            return run(file.path());
        } finally {
            used.forEach(this::release);
        }
    }

    private void release(long run) {
        try {
            store.release(run);
        } catch (EspalierException unwritable) {
            LOG.log(Level.DEBUG, "the import stopped; its reason was reported before", unwritable);
        }
    }

    private Outcome run(Path file) {
        var sha256 = sha256(file);
        var label = name + " #" + sha256.substring(0, 8);
        store.runs().stream()
                .filter(run -> !run.damaged())
                .map(RunSummary::run)
                .filter(run -> run.imported() && run.sweep().equals(label))
                .forEach(run -> runs.putIfAbsent(run.config(), run.id()));
        var reading = new OutputLine.Reading(spec.separator(), spec.tokenLimit(), index(file));
        try (var records = ProblemFile.open(file)) {
            for (var record = records.next(); record != null && !live.cancelled(); record = records.next()) {
                switch (record) {
                    case Records.Unread(var _, String place, String reason) -> skip(place, reason);
                    case Records.Read read -> take(read, reading, label, sha256);
                }
                report(records.share());
            }
            for (var samples : singles.values()) {
                if (live.cancelled()) break;
                store(OutputLine.joined(samples.lines()), samples.record(), label, sha256);
            }
            records.notes().forEach(this::warn);
            store.flush();
            report(live.cancelled() ? records.share() : 1);
        }
        if (live.cancelled()) return new Outcome(Outcome.End.CANCELLED, "");
        if (added + present == 0) {
            return new Outcome(
                    Outcome.End.FAILED,
                    "Nothing could be imported from %s%s. Each line must be a JSON object with \"problem\", \"answer\", \"completions\" and, if there are any, \"scores\"; docs/files.md lists other formats."
                            .formatted(
                                    spec.file(),
                                    warnings.isEmpty() ? ": it is empty" : " (" + warnings.getFirst() + ")"));
        }
        return new Outcome(Outcome.End.FINISHED, "");
    }

    /// Finds out how indices of choices count, once and only if a line depends on it.
    private Supplier<ChoiceIndex> index(Path file) {
        return () -> {
            if (index == null) {
                index = ProblemFile.choiceIndex(file);
                if (index.first() == 1) warn(ProblemFile.INDEX_FROM_1);
            }
            return index;
        };
    }

    private void take(Records.Read record, OutputLine.Reading reading, String label, String sha256) {
        OutputLine output;
        try {
            output = OutputLine.read(
                    record.json(),
                    name + "-" + record.number(),
                    reading,
                    reason -> warn(record.place() + ": " + reason));
        } catch (EspalierException e) {
            skip(record.place(), e.getMessage());
            return;
        } catch (JacksonException | ArithmeticException e) {
            LOG.log(Level.DEBUG, record.place(), e);
            skip(record.place(), "it holds an unreadable value");
            return;
        }
        if (repeatsForAnotherFilter(record.json())) return;
        if (!output.single()) {
            store(output, record, label, sha256);
            return;
        }
        singleBytes += output.samples().getFirst().length();
        if (singleBytes > MOST_SINGLE_BYTES)
            throw new EspalierException("%s holds more than 512 MiB of texts, one in each line. Split it by problems."
                    .formatted(spec.file()));
        singles.computeIfAbsent(output.problem().text(), _ -> new Samples(record, new ArrayList<>()))
                .lines()
                .add(output);
    }

    /// lm-eval writes the texts of a document again for each filter of its answers.
    private boolean repeatsForAnotherFilter(ObjectNode json) {
        return json.has("filter")
                && json.has("resps")
                && !documents.add(json.path("doc_id") + "\n"
                        + Sha256.of(json.path("resps").toString()));
    }

    private void store(OutputLine output, Records.Read line, String label, String sha256) {
        int seed = seeds.merge(output.problem().id(), 1, Integer::sum) - 1;
        var config = config(output, seed);
        long run = runs.computeIfAbsent(
                config,
                made -> store.createRun(new RunRecord(
                        0,
                        name + " · " + RunTitle.of(made),
                        label,
                        name,
                        made,
                        Instant.now(),
                        Version.NUMBER,
                        "not known",
                        null,
                        spec.file().toAbsolutePath().normalize() + "\nsha-256 " + sha256)));
        if (used.add(run)) store.hold(run);
        long search = store.createSearch(run, output.problem());
        var candidates = write(search, config, output, line);
        recorded.compare(output.fields(), candidates, different -> warn(line.place() + ": " + different));
    }

    private SearchConfig config(OutputLine output, int seed) {
        var named = "imported: " + name;
        var generation = new Generation(
                Generation.DEFAULT.temperature(),
                Generation.DEFAULT.topP(),
                Generation.DEFAULT.maxNewTokens(),
                spec.separator(),
                "");
        return new SearchConfig(
                spec.strategy(),
                Parameters.NONE.with("N", output.samples().size()),
                spec.mode(),
                generation,
                spec.reduction(),
                seed,
                spec.policy().isEmpty() ? named : spec.policy(),
                "",
                !output.scored() ? "" : spec.reward().isEmpty() ? named : spec.reward(),
                "");
    }

    /// Sends results to the search and writes its log if it is not stored yet.
    private List<Candidate> write(long id, SearchConfig config, OutputLine output, Records.Read line) {
        boolean there = store.search(id).status() == SearchStatus.FINISHED;
        int n = output.samples().size();
        var search = new Search(
                Strategies.of("best-of-n", Parameters.NONE.with("N", n), Mode.STANDARD),
                new SearchSetting(config.generation(), config.reduction(), output.scored()));
        if (!there) search.listen(event -> store.append(id, search.tree().events() - 1, event, search.tree(), 0));
        search.start(new SearchEvent.Started(
                config, output.problem().id(), output.problem().text()));
        while (!search.over()) {
            for (var request : search.ask()) search.tell(request.id(), result(request, search, output));
        }
        if (there) {
            present++;
        } else {
            store.keep(id, new ImportedLine(line.number(), JsonLines.JSON.writeValueAsString(output.fields())));
            store.finish(id, SearchStatus.FINISHED, 0);
            added++;
        }
        return Candidate.of(search.tree());
    }

    private static Result result(Request request, Search search, OutputLine output) {
        return switch (request) {
            case Request.Sample sample ->
                output.samples().get(sample.childIndex()).sampled();
            case Request.Score score ->
                new Result.Scored(
                        output.samples()
                                .get(search.tree().path(score.node()).getFirst().childIndex())
                                .scores(),
                        Cost.NONE);
            case Request.LookAhead _, Request.NextTokens _ ->
                throw new IllegalStateException("best-of-N requests only whole solutions");
        };
    }

    private void skip(String place, String reason) {
        skipped++;
        warn(place + ": " + reason + "; skipped");
    }

    private void warn(String sentence) {
        if (warnings.size() < ImportReport.SHOWN) warnings.add(sentence);
        else if (warnings.size() == ImportReport.SHOWN) warnings.add("… and more");
    }

    private void report(double share) {
        live.report(new ImportReport(
                share, List.copyOf(used), added, present, skipped, recorded.compared(), recorded.same(), warnings));
    }

    private static String sha256(Path file) {
        try (var in = Files.newInputStream(file)) {
            return Sha256.of(in);
        } catch (IOException e) {
            throw new EspalierException(
                    "The file %s could not be read (%s). Check its permissions.".formatted(file, e.getMessage()), e);
        }
    }
}
