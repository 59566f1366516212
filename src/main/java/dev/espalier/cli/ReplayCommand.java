package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.search.log.SearchEvent;
import dev.espalier.search.log.StoredLog;
import dev.espalier.store.RunStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "replay",
        description =
                "Runs stored searches again from their logs, without a model, and checks that the events are the same.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier replay 12",
            "  espalier replay 12 13 14 --json",
            "  espalier replay 12 --with-models --device cuda"
        })
final class ReplayCommand extends EspalierCommand {
    @Parameters(arity = "1..*", paramLabel = "SEARCH", description = "Ids of searches.")
    List<Long> searches = new ArrayList<>();

    @Option(
            names = "--with-models",
            description =
                    "Uses the models instead of the log: checks whether this machine, device and version reproduce the stored events.")
    boolean withModels;

    @Override
    int run(Workbench workbench) {
        boolean all = true;
        for (long search : searches) {
            var stored = workbench.runs().search(search).events();
            var repeated = withModels
                    ? workbench.searches().rerun(search)
                    : workbench.searches().replay(search);
            boolean same = new StoredLog(stored).fits(repeated);
            all &= same;
            if (common.json)
                console.json(Map.of(
                        "search",
                        search,
                        "same",
                        same,
                        "events",
                        stored.size(),
                        "logical_log_sha256",
                        RunStore.logicalHash(stored)));
            else
                console.print("search %d: %s"
                        .formatted(
                                search,
                                same
                                        ? "the same %d events, log %s"
                                                .formatted(
                                                        stored.size(),
                                                        RunStore.logicalHash(stored)
                                                                .substring(0, 16))
                                        : different(stored, repeated)));
        }
        return all ? DONE : FAILED;
    }

    private static String different(List<SearchEvent> stored, List<SearchEvent> repeated) {
        if (repeated.getLast() instanceof SearchEvent.Failed failed) throw new EspalierException(failed.reason());
        int at = new StoredLog(stored).firstDifference(repeated);
        if (at == stored.size())
            return "the stored search was interrupted at event %d; the events are the same up to there".formatted(at);
        return "event %d differs from the stored one (%d events now, %d stored)"
                .formatted(at, repeated.size(), stored.size());
    }
}
