package dev.espalier.ui.kit;

/// What a perspective has running, for the status bar.
///
/// @param words           "" where nothing runs
/// @param tokensPerSecond generated now
/// @param share           of the work that is done, from 0 to 1; negative where it is not known
public record Activity(String words, double tokensPerSecond, double share) {
    public static final Activity IDLE = new Activity("", 0, -1);

    public Activity(String words, double tokensPerSecond) {
        this(words, tokensPerSecond, -1);
    }
}
