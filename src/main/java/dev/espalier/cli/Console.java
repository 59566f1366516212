package dev.espalier.cli;

import dev.espalier.io.SafeText;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Results on standard output, words and progress on standard error. What models and servers wrote does not steer the terminal.
final class Console {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BAR = 28;

    private final PrintStream out;
    private final PrintStream err;
    private final boolean terminal;
    private boolean barShown;
    private String lastBar = "";

    Console(PrintStream out, PrintStream err, boolean terminal) {
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    /// Whether a person sees what is written. From JDK 22 on, a console may stand there where there is no terminal.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 has none again where there is no terminal
    static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /// A result.
    void print(String text) {
        clearBar();
        out.println(SafeText.text(text));
        out.flush();
    }

    /// A result as one JSON value on one line.
    void json(Object value) {
        clearBar();
        out.println(SafeText.json(JSON.writeValueAsString(value)));
        out.flush();
    }

    /// Words for the person.
    void say(String text) {
        clearBar();
        err.println(SafeText.text(text));
        err.flush();
    }

    /// Draws the progress bar; where standard error is no terminal, a line every tenth.
    void progress(int done, int total, String words) {
        int tenth = total == 0 ? 10 : done * 10 / total;
        int filled = total == 0 ? BAR : (int) ((long) done * BAR / total);
        var bar = SafeText.text("[%s%s] %d/%d %s".formatted("█".repeat(filled), "░".repeat(BAR - filled), done, total, words));
        if (terminal) {
            err.print("\r\033[2K" + bar);
            barShown = true;
        } else if (!lastBar.equals(tenth + "/" + total)) {
            err.println(bar);
            lastBar = tenth + "/" + total;
        }
        err.flush();
    }

    private void clearBar() {
        if (!barShown) return;
        err.print("\r\033[2K");
        barShown = false;
    }

    static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f", 100 * share);
    }

    /// JSON has no NaN: null is what is not known.
    static @Nullable Double known(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static String decimal(double number, int digits) {
        return Double.isNaN(number) ? "–" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    static String seconds(double seconds) {
        if (Double.isNaN(seconds)) return "–";
        return seconds < 60 ? String.format(Locale.ROOT, "%.0f s", seconds) : String.format(Locale.ROOT, "%d min %02.0f s", (int) (seconds / 60), seconds % 60);
    }
}
