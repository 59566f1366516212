package dev.espalier.answer;

import java.util.List;

/// A place in a list of tokens, and how deeply the reader is nested there.
final class Tokens {
    private static final int DEEPEST = 150;

    private final List<Token> tokens;
    private int at;
    private int depth;

    Tokens(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    Token next() {
        Token token = tokens.get(at);
        if (token.type() != Token.Type.END) {
            at++;
        }
        return token;
    }

    boolean accept(String mark) {
        boolean there = peek().is(mark);
        if (there) {
            next();
        }
        return there;
    }

    void expect(String mark) {
        if (!accept(mark)) {
            throw new Undecided("missing " + mark);
        }
    }

    /// Leaves all but the first digit of a number to be read next: TeX's `\frac12` has the arguments 1 and 2.
    String firstDigit() {
        Token token = peek();
        tokens.set(at, new Token(token.type(), token.text().substring(1), false));
        return token.text().substring(0, 1);
    }

    void enter() {
        if (++depth > DEEPEST) {
            throw new Undecided("nested too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
