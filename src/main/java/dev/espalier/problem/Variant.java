package dev.espalier.problem;

/// How a problem is presented to the policy: unchanged, in a form that its task can reverse (a grid rotated by 90°), or
/// with a strategy's own prompt (a critique, a revision). The task reads the answer through the same variant.
///
/// @param name   the task's name for the form; "" for the unchanged problem
/// @param prompt replaces the task's prompt; "" to use the task's
public record Variant(String name, String prompt) {
    public static final Variant IDENTITY = new Variant("", "");

    /// A form that the task defines.
    public static Variant named(String name) {
        return name.isEmpty() ? IDENTITY : new Variant(name, "");
    }

    /// Returns the same form with another prompt.
    public Variant withPrompt(String text) {
        return name.isEmpty() && text.isEmpty() ? IDENTITY : new Variant(name, text);
    }
}
