package dev.espalier.task;

/// Mathematics: numbers, expressions, sets and the like. Compares words as text.
final class MathematicsTask extends AnswerTask {
    MathematicsTask() {
        super(Graders.MATHEMATICS);
    }

    @Override
    public String name() {
        return "mathematics";
    }

    @Override
    public String label() {
        return "Mathematics";
    }

    @Override
    public int graderVersion() {
        return 2;
    }
}
