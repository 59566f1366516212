package dev.espalier.engine.template;

/// Why a template was not rendered: it is malformed, uses something that is not known here, or refuses its input itself.
public final class TemplateException extends RuntimeException {
    @java.io.Serial
    private static final long serialVersionUID = 1;

    TemplateException(String message) {
        super(message);
    }
}
