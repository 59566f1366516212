package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A chat template in the part of the Jinja language that such templates use (jinja.palletsprojects.com, the template designer's documentation),
/// with the settings of the hub's library: the line end behind a block and the white space before one are dropped. It cannot
/// reach files, classes or anything but the values it is given; loops run over those values, so it ends.
public final class ChatTemplate {
    /// What a statement does.
    interface Node {
        void run(Scope scope, StringBuilder out);
    }

    /// What an expression gives.
    interface Expression {
        @org.jspecify.annotations.Nullable Object value(Scope scope);
    }

    private final List<Node> nodes;

    private ChatTemplate(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// @throws TemplateException where the text is no template of the known part of the language
    public static ChatTemplate of(String text) {
        // The template's own last line end is not text.
        return new ChatTemplate(new StatementParser(Piece.split(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text)).all());
    }

    /// @param values strings, whole numbers, booleans, lists and maps of such
    /// @throws TemplateException where the template refuses its input or uses what is not known here
    public String render(Map<String, ?> values) {
        var out = new StringBuilder();
        var scope = new Scope(null);
        values.forEach(scope::set);
        scope.set("namespace", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("dict", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("raise_exception", (Values.Function) (arguments, _) -> {
            throw new TemplateException("the template refuses: " + Values.text(arguments.getFirst()));
        });
        scope.set("range", (Values.Function) (arguments, _) -> range(arguments));
        try {
            for (var node : nodes) node.run(scope, out);
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException e) {
            throw new TemplateException("it does something to a value that the value does not allow (" + e.getMessage() + ")");
        }
        return out.toString();
    }

    private static List<Object> range(List<Object> arguments) {
        long from = arguments.size() > 1 ? (Long) arguments.get(0) : 0;
        long to = (Long) arguments.get(arguments.size() > 1 ? 1 : 0);
        var numbers = new ArrayList<Object>();
        for (long i = from; i < Math.min(to, from + 10_000); i++) numbers.add(i);
        return numbers;
    }
}
