package dev.espalier.answer.math.parse;

/// One token of an answer.
///
/// @param text   digits of a number; name of a command, without backslash; content of a text
/// @param spaced true if white space precedes it
record Token(Type type, String text, boolean spaced) {
    enum Type {
        NUMBER,
        LETTER,
        COMMAND,
        TEXT,
        MARK,
        END
    }

    boolean is(String mark) {
        return type == Type.MARK && text.equals(mark);
    }

    boolean isCommand(String name) {
        return type == Type.COMMAND && text.equals(name);
    }
}
