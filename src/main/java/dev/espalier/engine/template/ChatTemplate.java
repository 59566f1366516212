package dev.espalier.engine.template;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A chat template in the subset of the Jinja language that such templates use (jinja.palletsprojects.com, template
/// designer documentation), with the settings of Hugging Face's library (`trim_blocks`, `lstrip_blocks`): the line end
/// after a block and the white space before it are dropped. A template can access only the values passed to it, and its
/// work is limited ([Budget]), so rendering always ends.
public final class ChatTemplate {
    /// The longest known templates have 20,000 characters.
    private static final int MAX_LENGTH = 500_000;

    /// An executable part of the template.
    interface Node {
        void run(Scope scope, StringBuilder out);
    }

    /// An expression of the template.
    interface Expression {
        @Nullable
        Object value(Scope scope);
    }

    private final List<Node> nodes;

    private ChatTemplate(List<Node> nodes) {
        this.nodes = nodes;
    }

    /// Parses a template.
    ///
    /// @throws TemplateException if the text is not a valid template of the supported subset
    public static ChatTemplate of(String text) {
        if (text.length() > MAX_LENGTH)
            throw new TemplateException("it has %,d characters, and Espalier reads templates of up to %,d"
                    .formatted(text.length(), MAX_LENGTH));
        // Jinja drops a single line end at the end of the template.
        return withTemplateErrors(() -> new ChatTemplate(new StatementParser(
                        TemplatePart.split(text.endsWith("\n") ? text.substring(0, text.length() - 1) : text))
                .all()));
    }

    /// Renders the template.
    ///
    /// @param values strings, integers, booleans, and lists and maps of these
    /// @throws TemplateException if the template raises an error, exceeds its budget, or uses an unsupported
    ///     feature
    public String render(Map<String, ?> values) {
        var budget = new Budget();
        var out = new StringBuilder();
        var scope = new Scope(budget);
        values.forEach(scope::set);
        scope.set("namespace", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("dict", (Values.Function) (_, named) -> new HashMap<>(named));
        scope.set("raise_exception", (Values.Function) (arguments, _) -> {
            throw new TemplateException(
                    "the template refuses" + (arguments.isEmpty() ? "" : ": " + Values.text(arguments.getFirst())));
        });
        // Prompts are the same on every day: the date is that of Llama's own template (see ChatFormat).
        scope.set("strftime_now", (Values.Function) (arguments, _) -> FixedDate.format(arguments));
        scope.set("range", (Values.Function) (arguments, _) -> range(budget, arguments));
        return withTemplateErrors(() -> {
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

    /// Converts Java's exceptions for invalid operations on values, whose messages are about Java, to a
    /// [TemplateException].
    private static <T> T withTemplateErrors(Supplier<T> work) {
        try {
            return work.get();
        } catch (TemplateException e) {
            throw e;
        } catch (ArithmeticException e) {
            throw new TemplateException("it calculates with a number that is too large");
        } catch (RuntimeException e) {
            throw new TemplateException("it applies an operation that the value does not support");
        }
    }

    /// Python's `range`: end; start and end; or start, end and step.
    private static List<Object> range(Budget budget, List<@Nullable Object> arguments) {
        if (arguments.isEmpty() || arguments.size() > 3)
            throw new TemplateException("\"range\" takes one to three numbers");
        long from = arguments.size() > 1 ? Values.integer(arguments.get(0)) : 0;
        long to = Values.integer(arguments.get(arguments.size() > 1 ? 1 : 0));
        long step = arguments.size() > 2 ? Values.integer(arguments.get(2)) : 1;
        if (step == 0) throw new TemplateException("a range with step 0");
        var numbers = new ArrayList<Object>();
        for (long i = from; step > 0 ? i < to : i > to; i = Math.addExact(i, step)) {
            budget.elements(1);
            numbers.add(i);
        }
        return numbers;
    }
}
