package dev.espalier.ui.kit;

import java.util.Locale;

/// Formats numbers and texts for the screen.
public final class DisplayText {

    private DisplayText() {}

    /// A whole number with narrow spaces between thousands.
    public static String whole(long number) {
        return String.format(Locale.ROOT, "%,d", number).replace(',', '\u202f');
    }

    /// The same for a number that can be unknown.
    public static String rounded(double number) {
        return Double.isFinite(number) ? whole(Math.round(number)) : "–";
    }

    public static String score(double score) {
        return Double.isNaN(score) ? "–" : String.format(Locale.ROOT, "%.2f", score);
    }

    public static String percent(double share) {
        return Double.isNaN(share) ? "–" : String.format(Locale.ROOT, "%.1f %%", 100 * share);
    }

    public static String decimal(double number, int digits) {
        return Double.isFinite(number) ? String.format(Locale.ROOT, "%." + digits + "f", number) : "–";
    }

    /// "40 s", "3 min 20 s", "2 h 5 min".
    public static String duration(double seconds) {
        if (!Double.isFinite(seconds) || seconds < 0) return "–";
        if (seconds < 10) return decimal(seconds, 1) + " s";
        long s = Math.round(seconds);
        if (s < 60) return s + " s";
        if (s < 3600) return s / 60 + " min " + s % 60 + " s";
        return s / 3600 + " h " + s % 3600 / 60 + " min";
    }
}
