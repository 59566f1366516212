package dev.espalier.answer.extract;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Finds `<answer>…</answer>`.
final class AnswerTags {
    private static final Pattern TAG = Pattern.compile(
            "<(?<close>/)?\\s?(?:final[_ -]?)?answer\\s?>|<(?:[|\uff5c])(?:(?<begin>begin|start)|end)[_\u2581]?(?:of[_\u2581])?answer[|\uff5c]>",
            Pattern.CASE_INSENSITIVE);
    /// At most so many tags are read, from the last on.
    private static final int MOST = 50;

    /// @param from   index of the content's first character
    /// @param to     index after its last
    /// @param closed false if the text ends first
    record Content(int from, int to, boolean closed) {}

    private AnswerTags() {}

    /// The contents of the last tags, the last first.
    static List<Content> of(String text) {
        var contents = new ArrayList<Content>();
        var tag = TAG.matcher(text);
        int from = -1;
        while (tag.find()) {
            boolean opens = tag.group().charAt(1) == '|' || tag.group().charAt(1) == '\uff5c'
                    ? tag.group("begin") != null
                    : tag.group("close") == null;
            if (opens) {
                from = tag.end();
            } else if (from >= 0) {
                if (contents.size() == 2 * MOST) contents.subList(0, MOST).clear();
                contents.add(new Content(from, tag.start(), true));
                from = -1;
            }
        }
        if (from >= 0) contents.add(new Content(from, text.length(), false));
        return contents.reversed();
    }
}
