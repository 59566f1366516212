package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A chat template in the part of the Jinja language that such templates use (jinja.palletsprojects.com, the template designer's documentation),
/// with the settings of the hub's library: the line end behind a block and the white space before one are dropped. It cannot
/// reach files, classes or anything but the values it is given, and what it may do is counted ([Budget]), so it ends, whatever it says.
public final class ChatTemplate {
    /// The longest that are known have 20,000 characters.
    private static final int LONGEST = 500_000;

    /// What a statement does.
    interface Node {
        void run(Scope scope, StringBuilder out);
    }

    /// What an expression gives.
    interface Expression {
        @Nullable Object value(Scope scope);
    }

    private final List<Node> nodes;

    private ChatTemplate(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// @throws TemplateException where the text is no template of the known part of the language
    public static ChatTemplate of(String text) {
        if (text.length() > LONGEST) throw new TemplateException("it has %,d characters, and Espalier reads templates of up to %,d".formatted(text.length(), LONGEST));
        // The template's own last line end is not text.
        return told(() -> new ChatTemplate(new StatementParser(Piece.split(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text)).all()));
    }

    /// @param values strings, whole numbers, booleans, lists and maps of such
    /// @throws TemplateException where the template refuses its input, does too much, or uses what is not known here
    public String render(Map<String, ?> values) {
        var budget = new Budget();
        var out = new StringBuilder();
        var scope = new Scope(budget);
        values.forEach(scope::set);
        scope.set("namespace", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("dict", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("raise_exception", (Values.Function) (arguments, _) -> {
            throw new TemplateException("the template refuses" + (arguments.isEmpty() ? "" : ": " + Values.text(arguments.getFirst())));
        });
        scope.set("range", (Values.Function) (arguments, _) -> range(budget, arguments));
        return told(() -> {
            run(nodes, scope, out);
            return out.toString();
        });
    }

    static void run(List<Node> nodes, Scope scope, StringBuilder out) {
        for (var node : nodes) {
            scope.budget().enter();
            node.run(scope, out);
            scope.budget().leave();
        }
    }

    /// What templates do to values that do not allow it shows in many exceptions of Java's, whose words are about Java.
    private static <T> T told(Supplier<T> work) {
        try {
            return work.get();
        } catch (TemplateException e) {
            throw e;
        } catch (ArithmeticException e) {
            throw new TemplateException("it calculates with a number that is too large");
        } catch (RuntimeException e) {
            throw new TemplateException("it does something to a value that the value does not allow");
        }
    }

    /// As Python counts: up to an end, from a start, by a step.
    private static List<Object> range(Budget budget, List<@Nullable Object> arguments) {
        if (arguments.isEmpty() || arguments.size() > 3) throw new TemplateException("\"range\" takes one to three numbers");
        long from = arguments.size() > 1 ? Values.whole(arguments.get(0)) : 0;
        long to = Values.whole(arguments.get(arguments.size() > 1 ? 1 : 0));
        long step = arguments.size() > 2 ? Values.whole(arguments.get(2)) : 1;
        if (step == 0) throw new TemplateException("a range with step 0");
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            budget.elements(1);
            numbers.add(i);
        }
        return numbers;
    }
}
