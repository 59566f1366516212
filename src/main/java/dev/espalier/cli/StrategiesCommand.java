package dev.espalier.cli;

import dev.espalier.search.log.Mode;
import dev.espalier.search.log.ModeDifference;
import dev.espalier.search.log.Parameter;
import dev.espalier.search.log.Parameters.Value;
import dev.espalier.search.strategy.Strategies;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "strategies",
        description =
                "Lists the strategies and their parameters, and the differences between standard and parity mode.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  espalier strategies",
            "  espalier run --strategy beam-search -n 16 --set lookahead=1",
            "  espalier run --mode parity --strategy dvts -n 16 -m 4"
        })
final class StrategiesCommand implements Callable<Integer> {
    @Option(names = "--json", description = "Prints one JSON object per line on standard output.")
    boolean json;

    private final Console console = new Console(System.out, System.err, Console.onTerminal());

    @Override
    public Integer call() {
        for (var mode : Mode.values()) {
            if (!json)
                console.print(
                        mode == Mode.STANDARD
                                ? "Standard mode"
                                : "Parity mode (--mode parity): follows the search-and-learn toolkit");
            for (var entry : Strategies.entries(mode)) {
                if (json) console.json(document(entry, mode));
                else console.print(text(entry));
            }
        }
        if (!json) {
            console.print("Differences between the modes");
            for (var difference : ModeDifference.ALL)
                console.print("  %s\n    standard  %s\n    parity    %s"
                        .formatted(difference.point(), difference.standard(), difference.parity()));
        }
        return EspalierCommand.DONE;
    }

    private static String text(Strategies.Entry entry) {
        var text = new StringBuilder("  %s: %s".formatted(entry.name(), entry.summary()));
        int width = entry.parameters().stream()
                .mapToInt(parameter -> parameter.name().length())
                .max()
                .orElse(0);
        for (var parameter : entry.parameters()) {
            text.append("\n    ")
                    .append(parameter.name())
                    .append(" ".repeat(width - parameter.name().length() + 2))
                    .append(parameter.meaning())
                    .append(" (")
                    .append(range(parameter))
                    .append(')');
        }
        return text.append('\n').toString();
    }

    private static Map<String, Object> document(Strategies.Entry entry, Mode mode) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", entry.name());
        document.put("mode", mode.label());
        document.put("summary", entry.summary());
        document.put(
                "parameters",
                entry.parameters().stream().map(StrategiesCommand::document).toList());
        return document;
    }

    private static Map<String, Object> document(Parameter parameter) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", parameter.name());
        document.put("meaning", parameter.meaning());
        document.put("kind", parameter.getClass().getSimpleName().toLowerCase(Locale.ROOT));
        var defaultValue = parameter.defaultValue();
        if (defaultValue != null)
            document.put(
                    "standard",
                    defaultValue instanceof Value.Numeric(double number) ? number : defaultValue.toString());
        switch (parameter) {
            case Parameter.Whole whole -> bounds(document, whole.min(), whole.max(), true);
            case Parameter.Real number -> bounds(document, number.min(), number.max(), false);
            case Parameter.Flag _ -> bounds(document, 0, 1, true);
            case Parameter.Choice choice -> document.put("options", choice.options());
            case Parameter.Text _ -> {}
        }
        return document;
    }

    private static void bounds(Map<String, Object> document, double min, double max, boolean whole) {
        document.put("least", min);
        document.put("most", max);
        document.put("whole", whole);
    }

    private static String range(Parameter parameter) {
        var defaultValue = parameter.defaultValue();
        if (defaultValue == null) return parameter.range();
        var text = parameter instanceof Parameter.Flag
                ? defaultValue.equals(Value.of(1)) ? "yes" : "no"
                : defaultValue.toString();
        return parameter.range() + ", default " + text;
    }
}
