package dev.espalier.engine.template;

import dev.espalier.engine.template.ChatTemplate.Expression;
import dev.espalier.engine.template.ChatTemplate.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes nodes of a template's pieces.
final class StatementParser {
    /// Blocks within one another.
    private static final int DEEPEST = 100;

    private final List<Piece> pieces;
    private int at;
    private int depth;

    StatementParser(List<Piece> pieces) {
        this.pieces = pieces;
    }

    List<Node> all() {
        var nodes = until(Set.of());
        if (at < pieces.size()) throw new TemplateException("\"" + pieces.get(at).text() + "\" stands where nothing is open");
        return nodes;
    }

    /// The nodes up to a statement that starts with one of some words, which is left to be read.
    private List<Node> until(Set<String> words) {
        if (++depth > DEEPEST) throw new TemplateException("its blocks nest more than " + DEEPEST + " deep");
        var nodes = new ArrayList<Node>();
        for (; at < pieces.size(); at++) {
            var piece = pieces.get(at);
            switch (piece.kind()) {
                case TEXT -> nodes.add((scope, out) -> print(piece.text(), scope, out));
                case PRINT -> {
                    var value = new ExpressionParser(piece.text()).whole();
                    nodes.add((scope, out) -> print(Values.text(value.value(scope)), scope, out));
                }
                case STATEMENT -> {
                    if (words.contains(word(piece.text()))) {
                        depth--;
                        return nodes;
                    }
                    statement(piece.text(), nodes);
                }
            }
        }
        if (!words.isEmpty()) throw new TemplateException("a block is never closed by one of " + words);
        depth--;
        return nodes;
    }

    private static void print(String text, Scope scope, StringBuilder out) {
        scope.budget().spend(text.length());
        out.append(text);
    }

    private static String word(String statement) {
        return statement.split("\\s+|\\(", 2)[0];
    }

    private void statement(String text, List<Node> nodes) {
        switch (word(text)) {
            case "if" -> nodes.add(conditional());
            case "for" -> nodes.add(loop(text.substring(3)));
            case "set" -> nodes.add(set(text.substring(3)));
            case "macro" -> nodes.add(macro(text.substring(5)));
            case "generation", "endgeneration" -> { }
            default -> throw new TemplateException("the statement \"" + word(text) + "\" is not known here");
        }
    }

    private String closing() {
        return at < pieces.size() ? pieces.get(at).text() : "";
    }

    private Node conditional() {
        var conditions = new ArrayList<Expression>();
        var bodies = new ArrayList<List<Node>>();
        for (String text = pieces.get(at).text(); !word(text).equals("endif"); text = closing()) {
            boolean otherwise = word(text).equals("else");
            var condition = otherwise ? (Expression) _ -> true : new ExpressionParser(text.substring(word(text).length())).whole();
            at++;
            conditions.add(condition);
            bodies.add(until(Set.of("elif", "else", "endif")));
        }
        return (scope, out) -> {
            for (int i = 0; i < bodies.size(); i++) {
                if (!Values.truth(conditions.get(i).value(scope))) continue;
                ChatTemplate.run(bodies.get(i), scope, out);
                return;
            }
        };
    }

    private Node loop(String head) {
        var parser = new ExpressionParser(head);
        var names = new ArrayList<String>();
        do names.add(parser.name()); while (parser.take(","));
        parser.demand("in");
        var items = parser.withoutTernary();
        @Nullable Expression filter = parser.take("if") ? parser.withoutTernary() : null;
        parser.end();
        at++;
        var body = until(Set.of("endfor", "else"));
        List<Node> otherwise = List.of();
        if (word(closing()).equals("else")) {
            at++;
            otherwise = until(Set.of("endfor"));
        }
        var none = otherwise;
        return (scope, out) -> {
            var turns = new ArrayList<Scope>();
            for (var item : Values.items(scope.budget(), items.value(scope))) {
                var turn = new Scope(scope);
                if (names.size() == 1) turn.set(names.getFirst(), item);
                else for (int i = 0; i < names.size(); i++) turn.set(names.get(i), ((List<?>) item).get(i));
                if (filter == null || Values.truth(filter.value(turn))) turns.add(turn);
            }
            for (int i = 0; i < turns.size(); i++) {
                turns.get(i).set("loop", place(turns, i, names.getFirst()));
                ChatTemplate.run(body, turns.get(i), out);
            }
            if (turns.isEmpty()) ChatTemplate.run(none, scope, out);
        };
    }

    /// What a loop's body knows of its turn.
    private static Map<String, @Nullable Object> place(List<Scope> turns, int turn, String name) {
        var place = new HashMap<String, @Nullable Object>(Map.of("index", turn + 1L, "index0", (long) turn, "first", turn == 0, "last", turn == turns.size() - 1,
            "length", (long) turns.size(), "revindex0", (long) turns.size() - 1 - turn));
        // An item may be none.
        place.put("previtem", turn == 0 ? Values.UNDEFINED : turns.get(turn - 1).get(name));
        place.put("nextitem", turn == turns.size() - 1 ? Values.UNDEFINED : turns.get(turn + 1).get(name));
        return place;
    }

    private Node set(String text) {
        var parser = new ExpressionParser(text);
        var name = parser.name();
        var field = parser.take(".") ? parser.name() : null;
        if (parser.atEnd()) {
            at++;
            var body = until(Set.of("endset"));
            return (scope, _) -> scope.set(name, inside(body, scope));
        }
        parser.demand("=");
        var value = parser.whole();
        if (field == null) return (scope, _) -> scope.set(name, value.value(scope));
        return (scope, _) -> Values.fields(scope.get(name)).put(field, value.value(scope));
    }

    private static String inside(List<Node> body, Scope scope) {
        var inner = new StringBuilder();
        ChatTemplate.run(body, scope, inner);
        scope.budget().spend(inner.length());
        return inner.toString();
    }

    private Node macro(String head) {
        var parser = new ExpressionParser(head);
        var name = parser.name();
        parser.demand("(");
        var parameters = new ArrayList<String>();
        var defaults = new HashMap<String, Expression>();
        while (!parser.take(")")) {
            parameters.add(parser.name());
            if (parser.take("=")) defaults.put(parameters.getLast(), parser.expression());
            parser.take(",");
        }
        at++;
        var body = until(Set.of("endmacro"));
        return (scope, _) -> scope.set(name, (Values.Function) (arguments, named) -> {
            var inner = new Scope(scope);
            for (int i = 0; i < parameters.size(); i++) {
                String parameter = parameters.get(i);
                var otherwise = defaults.get(parameter);
                inner.set(parameter, i < arguments.size() ? arguments.get(i) : named.containsKey(parameter) ? named.get(parameter)
                    : otherwise == null ? Values.UNDEFINED : otherwise.value(scope));
            }
            return inside(body, inner);
        });
    }
}
