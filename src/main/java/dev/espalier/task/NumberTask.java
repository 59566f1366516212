package dev.espalier.task;

import dev.espalier.answer.math.NumericGrader;

/// Numbers. Accepts an answer within a tolerance of the gold number.
final class NumberTask extends AnswerTask {
    NumberTask() {
        super(new NumericGrader(Graders.TOLERANCE));
    }

    @Override
    public String name() {
        return "number";
    }

    @Override
    public String label() {
        return "Number";
    }

    @Override
    public int graderVersion() {
        return 2;
    }
}
