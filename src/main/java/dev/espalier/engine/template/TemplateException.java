package dev.espalier.engine.template;

/// Why a template was not rendered: it is malformed, uses something that is not known here, does too much, or refuses its input itself.
public final class TemplateException extends RuntimeException {
    @java.io.Serial
    private static final long serialVersionUID = 1;
    /// A template quotes itself, and may be one long expression.
    private static final int LONGEST = 200;

    TemplateException(String message) {
        super(message.length() <= LONGEST ? message : message.substring(0, LONGEST) + "…");
    }
}
