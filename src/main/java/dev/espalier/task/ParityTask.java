package dev.espalier.task;

import dev.espalier.answer.parity.ParityGrader;

/// Mathematics, with answers extracted and grouped as the search-and-learn toolkit does (docs/decisions/0037).
final class ParityTask extends AnswerTask {
    ParityTask() {
        super(new ParityGrader());
    }

    @Override
    public String name() {
        return "parity";
    }

    @Override
    public String label() {
        return "Mathematics, parity mode";
    }

    @Override
    public int graderVersion() {
        return 2;
    }
}
