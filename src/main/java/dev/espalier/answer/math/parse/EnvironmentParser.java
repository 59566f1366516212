package dev.espalier.answer.math.parse;

import dev.espalier.answer.math.algebra.Expr;
import dev.espalier.answer.math.algebra.UnsupportedExpression;
import dev.espalier.answer.math.parse.Token.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Parses LaTeX environments (`\begin{…}` to `\end{…}`): matrices, systems of equations, functions by cases.
final class EnvironmentParser {
    private static final Set<String> MATRICES =
            Set.of("matrix", "pmatrix", "bmatrix", "Bmatrix", "array", "smallmatrix");
    private static final Set<String> SYSTEMS = Set.of(
            "cases", "dcases", "rcases", "aligned", "align", "align*", "gathered", "split", "equation*", "equation");

    private final Parser parser;
    private final TokenReader tokens;

    EnvironmentParser(Parser parser) {
        this.parser = parser;
        this.tokens = parser.tokens;
    }

    /// @param name the environment's name; its `\begin` was just read
    Expr read(String name) {
        if (!MATRICES.contains(name) && !SYSTEMS.contains(name)) {
            throw new UnsupportedExpression("unknown environment");
        }
        List<List<Expr>> rows = new ArrayList<>();
        boolean ended = false;
        while (!ended) {
            List<Expr> row = MATRICES.contains(name) ? cells() : conditions();
            if (!row.isEmpty()) {
                rows.add(row);
            }
            Token token = tokens.next();
            ended = token.isCommand("end:" + name);
            if (!ended && !token.is("\\\\")) {
                throw new UnsupportedExpression("unexpected in an environment");
            }
        }
        if (rows.isEmpty()) {
            throw new UnsupportedExpression("nothing in an environment");
        }
        if (MATRICES.contains(name)) {
            return new Expr.Matrix(rows);
        }
        List<Expr> items = rows.stream().flatMap(List::stream).toList();
        return items.size() == 1 ? items.getFirst() : new Expr.Items(items, false);
    }

    private boolean atEnd() {
        return tokens.peek().is("\\\\")
                || tokens.peek().type() == Type.COMMAND && tokens.peek().text().startsWith("end:");
    }

    private List<Expr> cells() {
        List<Expr> row = new ArrayList<>();
        if (!atEnd()) {
            row.add(parser.side());
            while (tokens.accept("&")) {
                row.add(parser.side());
            }
        }
        return row;
    }

    /// The equations of one line, or a value and its condition. Skips alignment marks.
    private List<Expr> conditions() {
        tokens.dropAlignment();
        if (atEnd()) {
            return List.of();
        }
        List<Expr> row = new ArrayList<>(parser.items());
        if (tokens.peek().type() == Type.TEXT
                && Set.of("if", "when", "for", "where")
                        .contains(tokens.peek().text().strip())) {
            tokens.next();
            row.addAll(parser.items());
            return List.of(new Expr.Sequence('(', row, ')'));
        }
        return row;
    }
}
