package dev.espalier.engine.template;

import dev.espalier.engine.template.ChatTemplate.Expression;
import dev.espalier.engine.template.ChatTemplate.Node;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Parses a template's parts to executable nodes.
final class StatementParser {
    /// Max nesting of blocks.
    private static final int MAX_DEPTH = 100;

    private final List<TemplatePart> parts;
    private int position;
    private int depth;

    StatementParser(List<TemplatePart> parts) {
        this.parts = parts;
    }

    List<Node> all() {
        var nodes = parseUntil(Set.of());
        if (position < parts.size())
            throw new TemplateException("\"" + parts.get(position).text() + "\" does not belong to an open block");
        return nodes;
    }

    /// Parses nodes up to a statement that starts with one of the given words. That statement is not consumed.
    private List<Node> parseUntil(Set<String> words) {
        if (++depth > MAX_DEPTH) throw new TemplateException("its blocks nest more than " + MAX_DEPTH + " deep");
        var nodes = new ArrayList<Node>();
        for (; position < parts.size(); position++) {
            var part = parts.get(position);
            switch (part.kind()) {
                case TEXT -> nodes.add((scope, out) -> print(part.text(), scope, out));
                case PRINT -> {
                    var value = new ExpressionParser(part.text()).complete();
                    nodes.add((scope, out) -> print(Values.text(value.value(scope)), scope, out));
                }
                case STATEMENT -> {
                    if (words.contains(word(part.text()))) {
                        depth--;
                        return nodes;
                    }
                    statement(part.text(), nodes);
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
            case "generation", "endgeneration" -> {}
            default -> throw new TemplateException("the statement \"" + word(text) + "\" is not supported");
        }
    }

    private String currentText() {
        return position < parts.size() ? parts.get(position).text() : "";
    }

    private Node conditional() {
        var conditions = new ArrayList<Expression>();
        var bodies = new ArrayList<List<Node>>();
        for (String text = parts.get(position).text(); !word(text).equals("endif"); text = currentText()) {
            boolean otherwise = word(text).equals("else");
            var condition = otherwise
                    ? (Expression) _ -> true
                    : new ExpressionParser(text.substring(word(text).length())).complete();
            position++;
            conditions.add(condition);
            bodies.add(parseUntil(Set.of("elif", "else", "endif")));
        }
        return (scope, out) -> {
            for (int i = 0; i < bodies.size(); i++) {
                if (!Values.isTrue(conditions.get(i).value(scope))) continue;
                ChatTemplate.run(bodies.get(i), scope, out);
                return;
            }
        };
    }

    private Node loop(String head) {
        var parser = new ExpressionParser(head);
        var names = new ArrayList<String>();
        do names.add(parser.name());
        while (parser.accept(","));
        parser.expect("in");
        var items = parser.withoutTernary();
        @Nullable Expression filter = parser.accept("if") ? parser.withoutTernary() : null;
        parser.end();
        position++;
        var body = parseUntil(Set.of("endfor", "else"));
        List<Node> otherwise = List.of();
        if (word(currentText()).equals("else")) {
            position++;
            otherwise = parseUntil(Set.of("endfor"));
        }
        var elseBody = otherwise;
        return (scope, out) -> {
            var iterations = new ArrayList<Scope>();
            for (var item : Values.items(scope.budget(), items.value(scope))) {
                var iteration = new Scope(scope);
                if (names.size() == 1) iteration.set(names.getFirst(), item);
                else for (int i = 0; i < names.size(); i++) iteration.set(names.get(i), ((List<?>) item).get(i));
                if (filter == null || Values.isTrue(filter.value(iteration))) iterations.add(iteration);
            }
            for (int i = 0; i < iterations.size(); i++) {
                iterations.get(i).set("loop", loopVariable(iterations, i, names.getFirst()));
                ChatTemplate.run(body, iterations.get(i), out);
            }
            if (iterations.isEmpty()) ChatTemplate.run(elseBody, scope, out);
        };
    }

    /// The `loop` variable of an iteration.
    private static Map<String, @Nullable Object> loopVariable(List<Scope> iterations, int iteration, String name) {
        var variable = new HashMap<String, @Nullable Object>(Map.of(
                "index",
                iteration + 1L,
                "index0",
                (long) iteration,
                "first",
                iteration == 0,
                "last",
                iteration == iterations.size() - 1,
                "length",
                (long) iterations.size(),
                "revindex0",
                (long) iterations.size() - 1 - iteration));
        // Not Map.of: an item may be null.
        variable.put(
                "previtem",
                iteration == 0
                        ? Values.UNDEFINED
                        : iterations.get(iteration - 1).get(name));
        variable.put(
                "nextitem",
                iteration == iterations.size() - 1
                        ? Values.UNDEFINED
                        : iterations.get(iteration + 1).get(name));
        return variable;
    }

    private Node set(String text) {
        var parser = new ExpressionParser(text);
        var name = parser.name();
        var field = parser.accept(".") ? parser.name() : null;
        if (parser.atEnd()) {
            position++;
            var body = parseUntil(Set.of("endset"));
            return (scope, _) -> scope.set(name, renderToString(body, scope));
        }
        parser.expect("=");
        var value = parser.complete();
        if (field == null) return (scope, _) -> scope.set(name, value.value(scope));
        return (scope, _) -> Values.fields(scope.get(name)).put(field, value.value(scope));
    }

    private static String renderToString(List<Node> body, Scope scope) {
        var inner = new StringBuilder();
        ChatTemplate.run(body, scope, inner);
        scope.budget().spend(inner.length());
        return inner.toString();
    }

    private Node macro(String head) {
        var parser = new ExpressionParser(head);
        var name = parser.name();
        parser.expect("(");
        var parameters = new ArrayList<String>();
        var defaults = new HashMap<String, Expression>();
        while (!parser.accept(")")) {
            parameters.add(parser.name());
            if (parser.accept("=")) defaults.put(parameters.getLast(), parser.expression());
            parser.accept(",");
        }
        position++;
        var body = parseUntil(Set.of("endmacro"));
        return (scope, _) -> scope.set(name, (Values.Function) (arguments, named) -> {
            var inner = new Scope(scope);
            for (int i = 0; i < parameters.size(); i++) {
                String parameter = parameters.get(i);
                var otherwise = defaults.get(parameter);
                inner.set(
                        parameter,
                        i < arguments.size()
                                ? arguments.get(i)
                                : named.containsKey(parameter)
                                        ? named.get(parameter)
                                        : otherwise == null ? Values.UNDEFINED : otherwise.value(scope));
            }
            return renderToString(body, inner);
        });
    }
}
