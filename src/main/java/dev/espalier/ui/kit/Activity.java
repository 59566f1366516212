package dev.espalier.ui.kit;

/// The running work of a perspective, for the status bar.
///
/// @param description    what runs, "" if nothing runs
/// @param tokensPerSecond current generation rate
/// @param share           finished share of the work, from 0 to 1; negative if unknown
public record Activity(String description, double tokensPerSecond, double share) {
    public static final Activity IDLE = new Activity("", 0, -1);

    public Activity(String description, double tokensPerSecond) {
        this(description, tokensPerSecond, -1);
    }
}
