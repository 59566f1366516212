package dev.espalier.engine.template;

import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The date that a template gets when it asks for today's: always 26 July 2024, 12:00, so that a prompt does not depend
/// on the day. Formats are those of Python's `strftime`, as far as templates use them.
final class FixedDate {
    private static final LocalDateTime DATE = LocalDateTime.of(2024, 7, 26, 12, 0);
    private static final Map<Character, String> PATTERNS = Map.ofEntries(
            Map.entry('d', "dd"),
            Map.entry('m', "MM"),
            Map.entry('Y', "yyyy"),
            Map.entry('y', "yy"),
            Map.entry('b', "MMM"),
            Map.entry('B', "MMMM"),
            Map.entry('a', "EEE"),
            Map.entry('A', "EEEE"),
            Map.entry('j', "DDD"),
            Map.entry('H', "HH"),
            Map.entry('I', "hh"),
            Map.entry('p', "a"),
            Map.entry('M', "mm"),
            Map.entry('S', "ss"),
            Map.entry('F', "yyyy-MM-dd"),
            Map.entry('T', "HH:mm:ss"));

    private FixedDate() {}

    static String format(List<@Nullable Object> arguments) {
        if (arguments.size() != 1 || !(arguments.getFirst() instanceof String format))
            throw new TemplateException("\"strftime_now\" takes one format");
        var text = new StringBuilder();
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            if (c != '%' || i + 1 == format.length()) {
                text.append(c);
                continue;
            }
            boolean unpadded = format.charAt(i + 1) == '-' && i + 2 < format.length();
            i += unpadded ? 2 : 1;
            char field = format.charAt(i);
            var pattern = PATTERNS.get(field);
            if (field == '%') text.append('%');
            else if (pattern == null)
                throw new TemplateException("the date format \"%" + field + "\" is not supported");
            else {
                var value = DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(DATE);
                text.append(unpadded ? value.replaceFirst("^0+(?=.)", "") : value);
            }
        }
        return text.toString();
    }
}
