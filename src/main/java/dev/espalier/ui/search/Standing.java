package dev.espalier.ui.search;

/// How a problem stands after its latest finished search: by the weighted vote, or the majority where nothing was scored.
public enum Standing {
    RIGHT("solved: the vote elected the right answer"),
    WRONG("not solved: the vote elected a wrong answer"),
    UNKNOWN("searched, but no gold answer is known");

    private final String words;

    Standing(String words) {
        this.words = words;
    }

    public String words() { return words; }
}
