package dev.espalier.engine.template;

/// Thrown if a template cannot be rendered: it is malformed, uses an unsupported feature, exceeds its budget, or raises
/// an error itself. The message is a clause about the template ("it …").
public final class TemplateException extends RuntimeException {
    @java.io.Serial
    private static final long serialVersionUID = 1;
    /// Messages quote the template, which may be one long expression.
    private static final int MAX_LENGTH = 200;

    public TemplateException(String message) {
        super(message.length() <= MAX_LENGTH ? message : message.substring(0, MAX_LENGTH) + "…");
    }
}
