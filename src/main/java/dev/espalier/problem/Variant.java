package dev.espalier.problem;

/// How a problem is put to the policy: as it stands, in a form that its task can undo (a grid turned by 90°), or with a prompt of the strategy's own
/// (a critique, a revision). An answer is read back through the same variant.
///
/// @param name   the task's name for the form, "" for the problem as it stands
/// @param prompt the text that is asked in place of the task's prompt, "" for the task's
public record Variant(String name, String prompt) {
    public static final Variant IDENTITY = new Variant("", "");

    /// A form of the task's.
    public static Variant named(String name) {
        return name.isEmpty() ? IDENTITY : new Variant(name, "");
    }

    /// The same form, asked for with another text.
    public Variant asking(String text) {
        return name.isEmpty() && text.isEmpty() ? IDENTITY : new Variant(name, text);
    }
}
