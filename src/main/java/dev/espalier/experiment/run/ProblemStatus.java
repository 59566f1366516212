package dev.espalier.experiment.run;

/// The result of a problem's latest finished search: by the weighted vote, or by the majority if nothing was scored.
public enum ProblemStatus {
    RIGHT("solved: the vote elected the right answer"),
    WRONG("not solved: the vote elected a wrong answer"),
    UNKNOWN("searched, but no gold answer is known");

    private final String description;

    ProblemStatus(String description) {
        this.description = description;
    }

    public String description() {
        return description;
    }
}
