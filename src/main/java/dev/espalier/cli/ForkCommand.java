package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Outcome;
import dev.espalier.experiment.StoredSearch;
import dev.espalier.experiment.Workbench;
import dev.espalier.search.Intervention;
import dev.espalier.search.SearchTree;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "fork", description = "Takes a hand in a stored search at one of its events: a new search goes on from there. `espalier show` tells nodes and events.",
    mixinStandardHelpOptions = true, footer = {"", "Examples:", "  espalier fork 12 --at 40 --prune 7", "  espalier fork 12 --at 40 --edit 7 --text \"## Step 2: $3 + 4 = 7$.\"",
        "  espalier fork 12 --at 40 --continue-from 7 --strategy best-of-n --set N=8", "  espalier fork 12 --at 40 --change --set M=2"})
final class ForkCommand extends EspalierCommand {
    @Parameters(paramLabel = "SEARCH", description = "A search's id.")
    long search;

    @Option(names = "--at", paramLabel = "EVENT", description = "How many of its events the fork shares (default: all).")
    @Nullable Integer at;

    @ArgGroup(exclusive = true, multiplicity = "1") Deed deed = new Deed();

    static final class Deed {
        @Option(names = "--prune", paramLabel = "NODE", description = "Nothing below the node is gone on with.") @Nullable Integer prune;
        @Option(names = "--revive", paramLabel = "NODE", description = "A pruned last step is gone on with.") @Nullable Integer revive;
        @Option(names = "--keep", paramLabel = "NODE", description = "A last step survives the next choice.") @Nullable Integer keep;
        @Option(names = "--resample", paramLabel = "NODE", description = "Further continuations of a node, as many as --times says.") @Nullable Integer resample;
        @Option(names = "--edit", paramLabel = "NODE", description = "The step is written anew as --text says.") @Nullable Integer edit;
        @Option(names = "--continue-from", paramLabel = "NODE", description = "Goes on from the node alone, with --strategy and --set.") @Nullable Integer continueFrom;
        @Option(names = "--change", description = "Other parameters from here on: --set.") boolean change;
    }

    @Option(names = "--times", defaultValue = "4", description = "How often to resample (default: ${DEFAULT-VALUE}).")
    int times;

    @Option(names = "--text", description = "The step's new text.")
    @Nullable String text;

    @Option(names = "--strategy", description = "Strategy to continue with (default: the search's own).")
    @Nullable String strategy;

    @Option(names = "--set", paramLabel = "NAME=VALUE", description = "A parameter of the strategy; may be repeated.")
    Map<String, String> set = new LinkedHashMap<>();

    @Override
    int run(Workbench workbench) {
        var stored = workbench.search(search);
        int event = at == null ? stored.events().size() : at;
        if (event < 1 || event > stored.events().size()) throw new WrongUsage("Search %d has %d events; --at must lie between 1 and that.".formatted(search, stored.events().size()));
        var live = workbench.fork(search, event, intervention(workbench, stored, SearchTree.of(stored.events().subList(0, event))), false);
        var outcome = live.done().join();
        if (outcome.end() == Outcome.End.FAILED) throw new EspalierException(outcome.message());
        var tree = new SearchTree();
        live.drain().forEach(tree::apply);
        if (common.json) console.json(Map.of("search", live.id(), "forked_from", search, "event", event, "end", outcome.end().name().toLowerCase(java.util.Locale.ROOT),
            "candidates", tree.candidates().size(), "generated_tokens", tree.policyCost().generated()));
        else console.print("search %d is search %d forked at event %d: %d candidates, %d nodes".formatted(live.id(), search, event, tree.candidates().size(), tree.nodes().size() - 1));
        return outcome.end() == Outcome.End.CANCELLED ? CANCELLED : DONE;
    }

    private Intervention intervention(Workbench workbench, StoredSearch stored, SearchTree tree) {
        var config = stored.run().config();
        if (deed.prune != null) return new Intervention.Prune(deed.prune);
        if (deed.revive != null) return new Intervention.Revive(deed.revive);
        if (deed.keep != null) return new Intervention.Keep(deed.keep);
        if (deed.resample != null) return new Intervention.Resample(deed.resample, times);
        if (deed.edit != null) {
            if (text == null) throw new WrongUsage("--edit needs the step's new text: --text.");
            if (deed.edit < 0 || deed.edit >= tree.nodes().size()) throw new WrongUsage("There is no node %d at that event; the tree has %d.".formatted(deed.edit, tree.nodes().size()));
            return new Intervention.Edit(deed.edit, workbench.written(config.policy(), config.generation().separator(), text, !tree.node(deed.edit).finish().ends()));
        }
        var name = strategy == null ? config.strategy() : strategy;
        var given = name.equals(config.strategy()) ? config.parameters() : dev.espalier.search.Parameters.NONE;
        for (var entry : set.entrySet()) given = given.with(entry.getKey(), StrategyOptions.value(name, config.mode(), entry.getKey(), entry.getValue()));
        if (deed.continueFrom != null) return new Intervention.ContinueFrom(deed.continueFrom, name, given);
        return new Intervention.Change(given, config.generation(), config.reduction());
    }
}
