package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.UnsupportedExpression;
import java.util.List;

/// A position in a list of tokens, and the parser's nesting depth there.
final class TokenReader {
    private static final int MAX_DEPTH = 150;

    private final List<Token> tokens;
    private int at;
    private int depth;

    TokenReader(List<Token> tokens) {
        this.tokens = tokens;
    }

    Token peek() {
        return tokens.get(at);
    }

    Token peek(int ahead) {
        return tokens.get(Math.min(at + ahead, tokens.size() - 1));
    }

    int position() {
        return at;
    }

    /// Returns true if a mark was read since a position.
    boolean containsSince(String mark, int position) {
        return tokens.subList(position, at).stream().anyMatch(token -> token.is(mark));
    }

    /// Removes the alignment marks from the line that starts here.
    void dropAlignment() {
        int environments = 0;
        for (int i = at; i < tokens.size() && environments >= 0; ) {
            Token token = tokens.get(i);
            if (token.type() == Token.Type.COMMAND) {
                environments +=
                        token.text().startsWith("begin:") ? 1 : token.text().startsWith("end:") ? -1 : 0;
            }
            if (environments == 0 && token.is("\\\\")) {
                return;
            }
            if (environments == 0 && token.is("&")) {
                tokens.remove(i);
            } else {
                i++;
            }
        }
    }

    /// Moves to the first such mark from `start` on and returns the skipped text; "" if there is none.
    String skipTo(String mark, int start) {
        StringBuilder passed = new StringBuilder();
        for (int i = start; i < tokens.size() - 1; i++) {
            if (tokens.get(i).is(mark)) {
                at = i;
                return passed.toString();
            }
            passed.append(tokens.get(i).text()).append(' ');
        }
        return "";
    }

    int depth() {
        return depth;
    }

    void depth(int depth) {
        this.depth = depth;
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
            throw new UnsupportedExpression("missing " + mark);
        }
    }

    /// Consumes the first digit of a number and leaves the others: TeX's `\frac12` has the arguments 1 and 2.
    String takeFirstDigit() {
        Token token = peek();
        tokens.set(at, new Token(token.type(), token.text().substring(1), false));
        return token.text().substring(0, 1);
    }

    void enter() {
        if (++depth > MAX_DEPTH) {
            throw new UnsupportedExpression("nested too deeply");
        }
    }

    void leave() {
        depth--;
    }
}
