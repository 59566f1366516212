package dev.espalier.engine.template;

import dev.espalier.engine.template.ChatTemplate.Expression;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Makes expressions of their text, by recursive descent in the language's order of precedence.
final class ExpressionParser {
    // Possessive within quotes: a long text must not take a frame of the stack for each of its characters.
    private static final Pattern TOKEN = Pattern.compile("\\s*+(\"[^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+\"|'[^'\\\\]*+(?:\\\\.[^'\\\\]*+)*+'|[0-9]+(?:\\.[0-9]+)?|[A-Za-z_][A-Za-z0-9_]*|==|!=|<=|>=|//|\\*\\*|[-+*/%~|.,:()\\[\\]{}<>=])",
        Pattern.DOTALL);

    /// Parentheses, signs and their like within one another.
    private static final int DEEPEST = 200;

    private final List<String> tokens = new ArrayList<>();
    private int at;
    private int depth;

    ExpressionParser(String text) {
        var matcher = TOKEN.matcher(text);
        int from = 0;
        int length = text.stripTrailing().length();
        while (from < length) {
            if (!matcher.region(from, text.length()).lookingAt()) throw new TemplateException("\"" + text.substring(from).strip() + "\" is no expression");
            tokens.add(matcher.group(1));
            from = matcher.end();
        }
    }

    /// One step further into what is nested; [#leave] behind it.
    private void enter() {
        if (++depth > DEEPEST) throw new TemplateException("its expressions nest more than " + DEEPEST + " deep");
    }

    private void leave() {
        depth--;
    }

    /// What is paid when it is evaluated.
    private static Expression counted(Expression expression) {
        return scope -> {
            scope.budget().enter();
            var value = expression.value(scope);
            scope.budget().leave();
            return value;
        };
    }

    boolean atEnd() {
        return at == tokens.size();
    }

    private String next() {
        return atEnd() ? "" : tokens.get(at);
    }

    boolean take(String token) {
        if (!next().equals(token)) return false;
        at++;
        return true;
    }

    void demand(String token) {
        if (!take(token)) throw new TemplateException("\"" + token + "\" is expected where \"" + next() + "\" stands");
    }

    String name() {
        String name = next();
        if (name.isEmpty() || !Character.isJavaIdentifierStart(name.charAt(0))) throw new TemplateException("a name is expected where \"" + name + "\" stands");
        at++;
        return name;
    }

    void end() {
        if (!atEnd()) throw new TemplateException("\"" + next() + "\" stands where an expression has ended");
    }

    Expression whole() {
        var expression = expression();
        end();
        return expression;
    }

    Expression expression() {
        enter();
        var value = withoutTernary();
        if (take("if")) value = ternary(value);
        leave();
        return value;
    }

    private Expression ternary(Expression value) {
        var condition = withoutTernary();
        var otherwise = take("else") ? expression() : (Expression) _ -> Values.UNDEFINED;
        return counted(scope -> Values.truth(condition.value(scope)) ? value.value(scope) : otherwise.value(scope));
    }

    Expression withoutTernary() {
        var left = conjunction();
        while (take("or")) {
            var a = left;
            var b = conjunction();
            left = counted(scope -> {
                var first = a.value(scope);
                return Values.truth(first) ? first : b.value(scope);
            });
        }
        return left;
    }

    private Expression conjunction() {
        var left = negation();
        while (take("and")) {
            var a = left;
            var b = negation();
            left = counted(scope -> {
                var first = a.value(scope);
                return Values.truth(first) ? b.value(scope) : first;
            });
        }
        return left;
    }

    private Expression negation() {
        if (!take("not")) return comparison();
        enter();
        var value = negation();
        leave();
        return counted(scope -> !Values.truth(value.value(scope)));
    }

    private Expression comparison() {
        var left = sum();
        while (true) {
            var a = left;
            String operator = next();
            if (List.of("==", "!=", "<", ">", "<=", ">=", "in").contains(operator)) {
                at++;
                var b = sum();
                left = counted(scope -> Values.compare(scope.budget(), operator, a.value(scope), b.value(scope)));
            } else if (operator.equals("not") && at + 1 < tokens.size() && tokens.get(at + 1).equals("in")) {
                at += 2;
                var b = sum();
                left = counted(scope -> !(boolean) Values.compare(scope.budget(), "in", a.value(scope), b.value(scope)));
            } else {
                return left;
            }
        }
    }

    private Expression sum() {
        var left = product();
        while (List.of("+", "-", "~").contains(next())) {
            String operator = tokens.get(at++);
            var a = left;
            var b = product();
            left = counted(scope -> Values.arithmetic(scope.budget(), operator, a.value(scope), b.value(scope)));
        }
        return left;
    }

    private Expression product() {
        var left = unary();
        while (List.of("*", "/", "//", "%").contains(next())) {
            String operator = tokens.get(at++);
            var a = left;
            var b = unary();
            left = counted(scope -> Values.arithmetic(scope.budget(), operator, a.value(scope), b.value(scope)));
        }
        return left;
    }

    private Expression unary() {
        if (take("-")) {
            enter();
            var value = unary();
            leave();
            return counted(scope -> Values.arithmetic(scope.budget(), "-", 0L, value.value(scope)));
        }
        return tested(filtered(postfix(primary())));
    }

    private Expression filtered(Expression value) {
        while (take("|")) {
            var a = value;
            String filter = name();
            var arguments = next().equals("(") ? arguments() : Arguments.NONE;
            value = postfix(counted(scope -> Filters.apply(scope.budget(), filter, a.value(scope), arguments.positional(scope), arguments.named(scope))));
        }
        return value;
    }

    private Expression tested(Expression value) {
        while (take("is")) {
            var a = value;
            boolean negated = take("not");
            String test = name();
            var arguments = next().equals("(") ? arguments() : Arguments.NONE;
            value = counted(scope -> Filters.test(scope.budget(), test, a.value(scope), arguments.positional(scope)) != negated);
        }
        return value;
    }

    private Expression postfix(Expression start) {
        var value = start;
        while (true) {
            var a = value;
            if (take(".")) {
                String field = name();
                if (next().equals("(")) {
                    var arguments = arguments();
                    value = counted(scope -> Filters.method(scope.budget(), a.value(scope), field, arguments.positional(scope), arguments.named(scope)));
                } else {
                    value = counted(scope -> Values.field(a.value(scope), field));
                }
            } else if (take("[")) {
                value = subscript(a);
            } else if (next().equals("(")) {
                var arguments = arguments();
                value = counted(scope -> {
                    if (!(a.value(scope) instanceof Values.Function function)) throw new TemplateException("it calls something that is not known here");
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
        while (!take("]")) {
            if (take(":")) {
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
            return counted(scope -> Values.element(scope.budget(), value.value(scope), index.value(scope)));
        }
        if (parts.size() > 3) throw new TemplateException("a slice has more than three parts");
        return counted(scope -> Values.slice(scope.budget(), value.value(scope), parts.stream().map(p -> p == null ? null : bound(p.value(scope))).toList()));
    }

    private static @Nullable Long bound(@Nullable Object value) {
        return value == null ? null : Long.valueOf(Values.whole(value));
    }

    /// What a call is given.
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
        demand("(");
        var positional = new ArrayList<Expression>();
        var named = new LinkedHashMap<String, Expression>();
        while (!take(")")) {
            if (at + 1 < tokens.size() && tokens.get(at + 1).equals("=")) {
                String name = name();
                demand("=");
                named.put(name, expression());
            } else {
                positional.add(expression());
            }
            if (!next().equals(")")) demand(",");
        }
        return new Arguments(positional, named);
    }

    private Expression primary() {
        String token = next();
        if (token.isEmpty()) throw new TemplateException("an expression ends too early");
        at++;
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
                demand(")");
                return inner;
            }
            case "[" -> {
                var items = new ArrayList<Expression>();
                while (!take("]")) {
                    items.add(expression());
                    if (!next().equals("]")) demand(",");
                }
                return counted(scope -> {
                    scope.budget().elements(items.size());
                    var list = new ArrayList<@Nullable Object>();
                    for (var item : items) list.add(item.value(scope));
                    return list;
                });
            }
            case "{" -> {
                var entries = new LinkedHashMap<Expression, Expression>();
                while (!take("}")) {
                    var key = expression();
                    demand(":");
                    entries.put(key, expression());
                    if (!next().equals("}")) demand(",");
                }
                return counted(scope -> {
                    scope.budget().elements(3L * entries.size());
                    var map = new LinkedHashMap<String, @Nullable Object>();
                    entries.forEach((key, value) -> map.put(Values.text(key.value(scope)), value.value(scope)));
                    return map;
                });
            }
            case "true", "True" -> { return _ -> true; }
            case "false", "False" -> { return _ -> false; }
            case "none", "None" -> { return _ -> null; }
            default -> {
                if (!Character.isJavaIdentifierStart(c)) throw new TemplateException("\"" + token + "\" is no expression");
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
