package dev.espalier.answer.math.parse;

/// @param text   for a number its digits; for a command its name without the backslash; for text its content
/// @param spaced whether white space stands before it
record Token(Type type, String text, boolean spaced) {
    enum Type { NUMBER, LETTER, COMMAND, TEXT, MARK, END }

    boolean is(String mark) {
        return type == Type.MARK && text.equals(mark);
    }

    boolean isCommand(String name) {
        return type == Type.COMMAND && text.equals(name);
    }
}
