package dev.espalier.search.vote;

/// A rule by which a pool of candidates elects an answer.
public enum Vote {
    /// The answer of the highest-scored candidate, the first on ties. A candidate without a score comes after those
    /// with one.
    NAIVE("best-of-N"),
    /// The largest answer group, the first seen on ties.
    MAJORITY("majority"),
    /// The answer group with the largest sum of scores, the first seen on ties. A candidate without a score adds
    /// nothing; a group in which none has a score comes after the others.
    WEIGHTED("weighted");

    private final String label;

    Vote(String label) {
        this.label = label;
    }

    public String label() {
        return label;
    }
}
