package dev.espalier.experiment.run;

import dev.espalier.search.log.ComputeUsage;
import dev.espalier.search.log.TokensProcessed;
import java.util.Locale;

/// Formats compute usage, for the window and the command line.
public final class ComputeUsageText {
    private static final String SCALES = " kMGTPE";

    private ComputeUsageText() {}

    /// Tokens processed by policy and reward model: theoretical cost.
    public static String processed(ComputeUsage spent) {
        return "policy %s, PRM %s"
                .formatted(
                        count(spent.policy().processed()), count(spent.reward().processed()));
    }

    public static String executed(ComputeUsage spent) {
        return "policy %s, PRM %s"
                .formatted(
                        count(spent.executed().policy()), count(spent.executed().reward()));
    }

    public static String flops(ComputeUsage spent) {
        return "policy %s, PRM %s".formatted(scaled(spent.policyFlops()), scaled(spent.rewardFlops()));
    }

    public static String flopsExecuted(ComputeUsage spent) {
        return "policy %s, PRM %s".formatted(scaled(spent.policyFlopsExecuted()), scaled(spent.rewardFlopsExecuted()));
    }

    /// Three digits with a metric prefix, for example `1.25 T`; "unknown" for NaN.
    public static String scaled(double number) {
        if (Double.isNaN(number)) return "unknown";
        int scale = 0;
        while (number >= 999.5 && scale < SCALES.length() - 1) {
            number /= 1000;
            scale++;
        }
        return "%s %c"
                .formatted(
                        String.format(
                                Locale.ROOT,
                                number >= 99.95 || number == Math.rint(number)
                                        ? "%.0f"
                                        : number >= 9.995 ? "%.1f" : "%.2f",
                                number),
                        SCALES.charAt(scale))
                .strip();
    }

    private static String count(long tokens) {
        return tokens == TokensProcessed.UNKNOWN ? "unknown" : String.format(Locale.ROOT, "%,d", tokens);
    }
}
