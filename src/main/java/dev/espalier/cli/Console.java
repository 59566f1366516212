package dev.espalier.cli;

import dev.espalier.io.SafeText;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/// Writes results to standard output, and messages and progress to standard error. Escapes control characters of models
/// and servers.
final class Console {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int BAR_WIDTH = 28;

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

    /// Returns true if output goes to a terminal. Since JDK 22 a console may exist without one.
    @SuppressWarnings("SystemConsoleNull") // JDK 25 returns null again without a terminal
    static boolean onTerminal() {
        var console = System.console();
        return console != null && console.isTerminal();
    }

    /// Writes a result.
    void print(String text) {
        clearBar();
        out.println(SafeText.text(text));
        out.flush();
    }

    /// Writes a result as one JSON value on one line.
    void json(Object value) {
        clearBar();
        out.println(SafeText.json(JSON.writeValueAsString(value)));
        out.flush();
    }

    /// Writes a message to standard error.
    void message(String text) {
        clearBar();
        err.println(SafeText.text(text));
        err.flush();
    }

    /// Draws the progress bar. If standard error is no terminal, writes a line for each tenth instead.
    void progress(int done, int total, String label) {
        int tenth = total == 0 ? 10 : done * 10 / total;
        int filled = total == 0 ? BAR_WIDTH : (int) ((long) done * BAR_WIDTH / total);
        var bar = SafeText.text(
                "[%s%s] %d/%d %s".formatted("█".repeat(filled), "░".repeat(BAR_WIDTH - filled), done, total, label));
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

    /// Returns null for NaN and infinity, which JSON does not have.
    static @Nullable Double finiteOrNull(double value) {
        return Double.isFinite(value) ? value : null;
    }

    static String decimal(double number, int digits) {
        return Double.isNaN(number) ? "–" : String.format(Locale.ROOT, "%." + digits + "f", number);
    }

    static String seconds(double seconds) {
        if (Double.isNaN(seconds)) return "–";
        return seconds < 60
                ? String.format(Locale.ROOT, "%.0f s", seconds)
                : String.format(Locale.ROOT, "%d min %02.0f s", (int) (seconds / 60), seconds % 60);
    }
}
