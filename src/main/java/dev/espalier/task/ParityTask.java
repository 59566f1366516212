package dev.espalier.task;

import dev.espalier.answer.parity.ParityGrader;

/// Mathematics as the search-and-learn toolkit reads and groups it (docs/decisions/0037).
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
        return 1;
    }
}
