package dev.espalier.engine.template;

import dev.espalier.engine.template.ChatTemplate.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Parses expressions by recursive descent, in Jinja's order of precedence.
final class ExpressionParser {
    // Possessive quantifiers within quotes: otherwise the matcher would use a stack frame for each character of a
    // long string.
    private static final Pattern TOKEN = Pattern.compile(
            "\\s*+(\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|[0-9]+(?:\\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|==|!=|<=|>=|//|\\*\\*|[-+*/%~|.,:()\\[\\]{}<>=])",
            Pattern.DOTALL);

    /// Max nesting of parentheses, unary operators and similar.
    private static final int MAX_DEPTH = 200;

    private final List<String> tokens = new ArrayList<>();
    private int position;
    private int depth;

    ExpressionParser(String text) {
        var matcher = TOKEN.matcher(text);
        int from = 0;
        int length = text.stripTrailing().length();
        while (from < length) {
            if (!matcher.region(from, text.length()).lookingAt())
                throw new TemplateException("\"" + text.substring(from).strip() + "\" is not an expression");
            tokens.add(matcher.group(1));
            from = matcher.end();
        }
    }

    /// Enters a nested expression. Call [#leave] after it.
    private void enter() {
        if (++depth > MAX_DEPTH) throw new TemplateException("its expressions nest more than " + MAX_DEPTH + " deep");
    }

    private void leave() {
        depth--;
    }

    /// Wraps an expression so that evaluating it spends budget.
    private static Expression budgeted(Expression expression) {
        return scope -> {
            scope.budget().enter();
            var value = expression.value(scope);
            scope.budget().leave();
            return value;
        };
    }

    boolean atEnd() {
        return position == tokens.size();
    }

    private String next() {
        return atEnd() ? "" : tokens.get(position);
    }

    boolean accept(String token) {
        if (!next().equals(token)) return false;
        position++;
        return true;
    }

    void expect(String token) {
        if (!accept(token)) throw new TemplateException("\"" + token + "\" is expected instead of \"" + next() + "\"");
    }

    String name() {
        String name = next();
        if (name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0)))
            throw new TemplateException("a name is expected instead of \"" + name + "\"");
        position++;
        return name;
    }

    void end() {
        if (!atEnd()) throw new TemplateException("\"" + next() + "\" follows a complete expression");
    }

    Expression complete() {
        var expression = expression();
        end();
        return expression;
    }

    Expression expression() {
        enter();
        var value = withoutTernary();
        if (accept("if")) value = ternary(value);
        leave();
        return value;
    }

    private Expression ternary(Expression value) {
        var condition = withoutTernary();
        var elseValue = accept("else") ? expression() : (Expression) _ -> Values.UNDEFINED;
        return budgeted(scope -> Values.isTrue(condition.value(scope)) ? value.value(scope) : elseValue.value(scope));
    }

    Expression withoutTernary() {
        var left = conjunction();
        while (accept("or")) {
            var a = left;
            var b = conjunction();
            left = budgeted(scope -> {
                var first = a.value(scope);
                return Values.isTrue(first) ? first : b.value(scope);
            });
        }
        return left;
    }

    private Expression conjunction() {
        var left = negation();
        while (accept("and")) {
            var a = left;
            var b = negation();
            left = budgeted(scope -> {
                var first = a.value(scope);
                return Values.isTrue(first) ? b.value(scope) : first;
            });
        }
        return left;
    }

    private Expression negation() {
        if (!accept("not")) return comparison();
        enter();
        var value = negation();
        leave();
        return budgeted(scope -> !Values.isTrue(value.value(scope)));
    }

    private Expression comparison() {
        var left = sum();
        while (true) {
            var a = left;
            String operator = next();
            if (List.of("==", "!=", "<", ">", "<=", ">=", "in").contains(operator)) {
                position++;
                var b = sum();
                left = budgeted(scope -> Values.compare(scope.budget(), operator, a.value(scope), b.value(scope)));
            } else if (operator.equals("not")
                    && position + 1 < tokens.size()
                    && tokens.get(position + 1).equals("in")) {
                position += 2;
                var b = sum();
                left = budgeted(
                        scope -> !(boolean) Values.compare(scope.budget(), "in", a.value(scope), b.value(scope)));
            } else {
                return left;
            }
        }
    }

    private Expression sum() {
        var left = product();
        while (List.of("+", "-", "~").contains(next())) {
            String operator = tokens.get(position++);
            var a = left;
            var b = product();
            left = budgeted(scope -> Values.arithmetic(scope.budget(), operator, a.value(scope), b.value(scope)));
        }
        return left;
    }

    private Expression product() {
        var left = unary();
        while (List.of("*", "/", "//", "%").contains(next())) {
            String operator = tokens.get(position++);
            var a = left;
            var b = unary();
            left = budgeted(scope -> Values.arithmetic(scope.budget(), operator, a.value(scope), b.value(scope)));
        }
        return left;
    }

    private Expression unary() {
        if (accept("-")) {
            enter();
            var value = unary();
            leave();
            return budgeted(scope -> Values.arithmetic(scope.budget(), "-", 0L, value.value(scope)));
        }
        return withTests(withFilters(postfix(primary())));
    }

    private Expression withFilters(Expression value) {
        while (accept("|")) {
            var a = value;
            String filter = name();
            var arguments = next().equals("(") ? arguments() : Arguments.NONE;
            value = postfix(budgeted(scope -> Filters.apply(
                    scope.budget(), filter, a.value(scope), arguments.positional(scope), arguments.named(scope))));
        }
        return value;
    }

    private Expression withTests(Expression value) {
        while (accept("is")) {
            var a = value;
            boolean negated = accept("not");
            String test = name();
            var arguments = next().equals("(") ? arguments() : Arguments.NONE;
            value = budgeted(scope ->
                    Filters.test(scope.budget(), test, a.value(scope), arguments.positional(scope)) != negated);
        }
        return value;
    }

    private Expression postfix(Expression start) {
        var value = start;
        while (true) {
            var a = value;
            if (accept(".")) {
                String field = name();
                if (next().equals("(")) {
                    var arguments = arguments();
                    value = budgeted(scope -> Filters.method(
                            scope.budget(),
                            a.value(scope),
                            field,
                            arguments.positional(scope),
                            arguments.named(scope)));
                } else {
                    value = budgeted(scope -> Values.field(a.value(scope), field));
                }
            } else if (accept("[")) {
                value = subscript(a);
            } else if (next().equals("(")) {
                var arguments = arguments();
                value = budgeted(scope -> {
                    if (!(a.value(scope) instanceof Values.Function function))
                        throw new TemplateException("it calls something that is not a function");
                    return function.call(arguments.positional(scope), arguments.named(scope));
                });
            } else {
                return value;
            }
        }
    }

    private Expression subscript(Expression value) {
        var parts = new ArrayList<@Nullable Expression>();
        boolean slice = false;
        @Nullable Expression part = null;
        while (!accept("]")) {
            if (accept(":")) {
                slice = true;
                parts.add(part);
                part = null;
            } else {
                part = expression();
            }
        }
        parts.add(part);
        if (!slice) {
            var index = parts.getFirst();
            if (index == null) throw new TemplateException("an index is missing between \"[\" and \"]\"");
            return budgeted(scope -> Values.element(scope.budget(), value.value(scope), index.value(scope)));
        }
        if (parts.size() > 3) throw new TemplateException("a slice has more than three parts");
        return budgeted(scope -> Values.slice(
                scope.budget(),
                value.value(scope),
                parts.stream()
                        .map(p -> p == null ? null : toIndex(p.value(scope)))
                        .toList()));
    }

    private static @Nullable Long toIndex(@Nullable Object value) {
        return value == null ? null : Long.valueOf(Values.integer(value));
    }

    /// The arguments of a call.
    private record Arguments(List<Expression> positional, Map<String, Expression> named) {
        static final Arguments NONE = new Arguments(List.of(), Map.of());

        List<@Nullable Object> positional(Scope scope) {
            var values = new ArrayList<@Nullable Object>();
            for (var argument : positional) values.add(argument.value(scope));
            return values;
        }

        Map<String, @Nullable Object> named(Scope scope) {
            var values = new HashMap<String, @Nullable Object>();
            named.forEach((name, argument) -> values.put(name, argument.value(scope)));
            return values;
        }
    }

    private Arguments arguments() {
        expect("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        while (!accept(")")) {
            if (position + 1 < tokens.size() && tokens.get(position + 1).equals("=")) {
                String name = name();
                expect("=");
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!next().equals(")")) expect(",");
        }
        return new Arguments(positional, named);
    }

    private Expression primary() {
        String token = next();
        if (token.isEmpty()) throw new TemplateException("an expression ends too early");
        position++;
        char c = token.charAt(0);
        if (c == '"' || c == '\'') {
            var text = unescaped(token.substring(1, token.length() - 1));
            return _ -> text;
        }
        if (Character.isDigit(c)) {
            var number = number(token);
            return _ -> number;
        }
        switch (token) {
            case "(" -> {
                var inner = expression();
                expect(")");
                return inner;
            }
            case "[" -> {
                var items = new ArrayList<Expression>();
                while (!accept("]")) {
                    items.add(expression());
                    if (!next().equals("]")) expect(",");
                }
                return budgeted(scope -> {
                    scope.budget().elements(items.size());
                    var list = new ArrayList<@Nullable Object>();
                    for (var item : items) list.add(item.value(scope));
                    return list;
                });
            }
            case "{" -> {
                var entries = new LinkedHashMap<Expression, Expression>();
                while (!accept("}")) {
                    var key = expression();
                    expect(":");
                    entries.put(key, expression());
                    if (!next().equals("}")) expect(",");
                }
                return budgeted(scope -> {
                    scope.budget().elements(3L * entries.size());
                    var map = new LinkedHashMap<String, @Nullable Object>();
                    entries.forEach((key, value) -> map.put(Values.text(key.value(scope)), value.value(scope)));
                    return map;
                });
            }
            case "true", "True" -> {
                return _ -> true;
            }
            case "false", "False" -> {
                return _ -> false;
            }
            case "none", "None" -> {
                return _ -> null;
            }
            default -> {
                if (!Character.isJavaIdentifierStart(c))
                    throw new TemplateException("\"" + token + "\" is not an expression");
                return scope -> scope.get(token);
            }
        }
    }

    private static Object number(String token) {
        try {
            return token.contains(".") ? (Object) Double.valueOf(token) : (Object) Long.valueOf(token);
        } catch (NumberFormatException e) {
            throw new TemplateException("the number " + token + " is too large");
        }
    }

    private static String unescaped(String text) {
        var out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '\\' || i + 1 == text.length()) {
                out.append(c);
                continue;
            }
            char next = text.charAt(++i);
            switch (next) {
                case 'n' -> out.append('\n');
                case 't' -> out.append('\t');
                case 'r' -> out.append('\r');
                case '\\', '\'', '"' -> out.append(next);
                default -> out.append('\\').append(next);
            }
        }
        return out.toString();
    }
}
