package dev.espalier.cli;

import dev.espalier.experiment.Workbench;
import dev.espalier.search.log.SearchTree;
import dev.espalier.search.log.Timeline;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Prints the tree of a stored search at any of its events, one node per line.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier show 12",
            "  espalier show 12 --at 40",
            "  espalier show 12 --iteration 2 --json"
        })
final class ShowCommand extends EspalierCommand {
    @Parameters(paramLabel = "SEARCH", description = "Id of the search.")
    long search;

    @Option(names = "--at", paramLabel = "EVENT", description = "State after this many events (default: all).")
    @Nullable
    Integer at;

    @Option(names = "--iteration", paramLabel = "I", description = "State after iteration I, from 1.")
    @Nullable
    Integer iteration;

    @Override
    int run(Workbench workbench) {
        var timeline = Timeline.of(workbench.runs().search(search).events());
        int moment = at == null ? timeline.size() : at;
        if (iteration != null) {
            moment = 0;
            for (int i = 0; i < iteration; i++) moment = timeline.nextIteration(moment);
        }
        if (moment < 0 || moment > timeline.size())
            throw new UsageError(
                    "Search %d has %d events; --at must be between 0 and %2$d.".formatted(search, timeline.size()));
        var tree = timeline.at(moment);
        if (!common.json)
            console.print("search %d after event %d of %d: %d nodes, %d candidates, %d iterations"
                    .formatted(
                            search,
                            moment,
                            timeline.size(),
                            tree.nodes().size() - 1,
                            tree.candidates().size(),
                            tree.iterations()));
        for (var node : tree.root().children()) show(tree, node);
        return DONE;
    }

    private void show(SearchTree tree, SearchTree.Node node) {
        if (common.json) {
            var document = new LinkedHashMap<String, Object>();
            document.put("node", node.id());
            document.put("parent", node.parent());
            document.put("depth", node.depth());
            document.put("fate", node.fate().name().toLowerCase(Locale.ROOT));
            document.put("finish", node.finish().name().toLowerCase(Locale.ROOT));
            if (node.scored()) document.put("score", node.score());
            if (node.candidate() >= 0) document.put("candidate", node.candidate());
            if (!node.reason().isEmpty()) document.put("reason", node.reason());
            if (!tree.note(node.id()).isEmpty()) document.put("note", tree.note(node.id()));
            document.put("text", node.step().text());
            console.json(document);
        } else {
            String line = node.step().text().strip().replaceAll("\\s+", " ");
            console.print("%s%d  %s  %s%s  %s"
                    .formatted(
                            "  ".repeat(Math.min(node.depth(), 12)),
                            node.id(),
                            node.scored() ? String.format(Locale.ROOT, "%.3f", node.score()) : "–",
                            node.fate().name().toLowerCase(Locale.ROOT),
                            node.candidate() >= 0 ? " as candidate " + node.candidate() : "",
                            line.length() > 90 ? line.substring(0, 89) + "…" : line));
        }
        for (var child : node.children()) show(tree, child);
    }
}
