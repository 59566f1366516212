package dev.espalier.task;


/// Exact text.
final class TextTask extends AnswerTask {
    TextTask() {
        super(Graders.TEXT);
    }

    @Override
    public String name() {
        return "text";
    }

    @Override
    public String label() {
        return "Exact text";
    }

    @Override
    public int graderVersion() {
        return 1;
    }

    @Override
    public Presentation presentation() {
        return Presentation.PLAIN;
    }
}
