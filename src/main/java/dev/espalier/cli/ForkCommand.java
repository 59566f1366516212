package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.experiment.run.StoredSearch;
import dev.espalier.search.log.Intervention;
import dev.espalier.search.log.SearchTree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "fork",
        description =
                "Forks a stored search at an event, with an intervention. `espalier show` lists nodes and events.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier fork 12 --at 40 --prune 7",
            "  espalier fork 12 --at 40 --edit 7 --text \"## Step 2: $3 + 4 = 7$.\"",
            "  espalier fork 12 --at 40 --continue-from 7 --strategy best-of-n --set N=8",
            "  espalier fork 12 --at 40 --change --set M=2"
        })
final class ForkCommand extends EspalierCommand {
    @Parameters(paramLabel = "SEARCH", description = "Id of the search.")
    long search;

    @Option(
            names = "--at",
            paramLabel = "EVENT",
            description = "Number of events to share with the stored search (default: all).")
    @Nullable
    Integer at;

    @ArgGroup(exclusive = true, multiplicity = "1")
    InterventionOptions options = new InterventionOptions();

    static final class InterventionOptions {
        @Option(names = "--prune", paramLabel = "NODE", description = "Prunes the node: nothing below it is expanded.")
        @Nullable
        Integer prune;

        @Option(
                names = "--revive",
                paramLabel = "NODE",
                description = "Revives a pruned leaf: it competes at the next selection.")
        @Nullable
        Integer revive;

        @Option(
                names = "--keep",
                paramLabel = "NODE",
                description = "Keeps a leaf at the next selection, whatever its score.")
        @Nullable
        Integer keep;

        @Option(
                names = "--resample",
                paramLabel = "NODE",
                description = "Samples more continuations of the node, as many as --times says.")
        @Nullable
        Integer resample;

        @Option(names = "--edit", paramLabel = "NODE", description = "Replaces the text of the step by --text.")
        @Nullable
        Integer edit;

        @Option(
                names = "--continue-from",
                paramLabel = "NODE",
                description = "Continues from this node only, with --strategy and --set.")
        @Nullable
        Integer continueFrom;

        @Option(names = "--change", description = "Changes the parameters from here on, with --set.")
        boolean change;
    }

    @Option(
            names = "--times",
            defaultValue = "4",
            description = "Number of continuations to sample (default: ${DEFAULT-VALUE}).")
    int times;

    @Option(names = "--text", description = "New text of the step.")
    @Nullable
    String text;

    @Option(names = "--strategy", description = "Strategy to continue with (default: the search's own).")
    @Nullable
    String strategy;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "Sets a parameter of the strategy; repeatable.")
    Map<String, String> set = new LinkedHashMap<>();

    @Override
    int run(Workbench workbench) {
        var stored = workbench.runs().search(search);
        int event = at == null ? stored.events().size() : at;
        if (event < 1 || event > stored.events().size())
            throw new UsageError("Search %d has %d events; --at must be between 1 and %2$d."
                    .formatted(search, stored.events().size()));
        var live = workbench
                .searches()
                .fork(
                        search,
                        event,
                        intervention(
                                workbench, stored, SearchTree.of(stored.events().subList(0, event))),
                        false);
        var outcome = live.done().join();
        if (outcome.end() == Outcome.End.FAILED) throw new EspalierException(outcome.message());
        var tree = live.tree();
        if (common.json)
            console.json(Map.of(
                    "search",
                    live.id(),
                    "forked_from",
                    search,
                    "event",
                    event,
                    "end",
                    outcome.end().name().toLowerCase(java.util.Locale.ROOT),
                    "candidates",
                    tree.candidates().size(),
                    "generated_tokens",
                    tree.policyCost().generated()));
        else
            console.print("search %d is search %d forked at event %d: %d candidates, %d nodes"
                    .formatted(
                            live.id(),
                            search,
                            event,
                            tree.candidates().size(),
                            tree.nodes().size() - 1));
        return outcome.end() == Outcome.End.CANCELLED ? CANCELLED : DONE;
    }

    private Intervention intervention(Workbench workbench, StoredSearch stored, SearchTree tree) {
        var config = stored.run().config();
        if (options.prune != null) return new Intervention.Prune(options.prune);
        if (options.revive != null) return new Intervention.Revive(options.revive);
        if (options.keep != null) return new Intervention.Keep(options.keep);
        if (options.resample != null) return new Intervention.Resample(options.resample, times);
        if (options.edit != null) {
            if (text == null) throw new UsageError("--edit needs the step's new text: --text.");
            if (options.edit < 0 || options.edit >= tree.nodes().size())
                throw new UsageError("There is no node %d at that event; the tree has %d."
                        .formatted(options.edit, tree.nodes().size()));
            return new Intervention.Edit(
                    options.edit,
                    workbench
                            .searches()
                            .editedStep(
                                    config.policy(),
                                    config.generation().separator(),
                                    text,
                                    !tree.node(options.edit).finish().ends()));
        }
        var name = strategy == null ? config.strategy() : strategy;
        var parameters = name.equals(config.strategy()) ? config.parameters() : dev.espalier.search.log.Parameters.NONE;
        for (var entry : set.entrySet())
            parameters = parameters.with(
                    entry.getKey(), StrategyOptions.value(name, config.mode(), entry.getKey(), entry.getValue()));
        if (options.continueFrom != null) return new Intervention.ContinueFrom(options.continueFrom, name, parameters);
        return new Intervention.Change(parameters, config.generation(), config.reduction());
    }
}
