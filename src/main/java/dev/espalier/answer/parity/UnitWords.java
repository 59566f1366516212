package dev.espalier.answer.parity;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Words that the toolkit deletes from every answer if no letters or digits adjoin them; among them are directions and
/// variable names: `a+b` becomes `+b`. The toolkit tries them in this order, then once more with a plural s. A full
/// stop matches any character.
final class UnitWords {
    private static final int FLAGS = Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNIX_LINES;
    private static final List<UnitWords> ALL = all("""
        east|degree|mph|kmph|ft|m sqaure| m east|sq m|deg|mile|q .|monkey|prime|ratio|profit of rs|rd|o|gm|p . m|lb|tile|per|dm|lt|gain|ab|way|west
        a .|b .|c .|d .|e .|f .|g .|h .|t|a|h|no change|men|soldier|pie|bc|excess|st|inches|noon|percent|by|gal|kmh|c|acre|rise|a . m|th|π r 2|sq|mark|l
        toy|coin|sq . m|gallon|° f|profit|minw|yr|women|feet|am|pm|hr|cu cm|square|v â € ™|are|rupee|rounds|cubic|cc|mtr|s|ohm|number|day|hour|minute|min
        second|man|woman|sec|cube|mt|sq inch|mp|∏ cm ³|hectare|more|unit|cu . m|cm 2|rs .|rs|kg|g|month|km|m|cm|mm|apple|liter|loss|yard|pure|year
        increase|decrease|d|less|Surface|litre|pi sq m|s .|metre|meter|inch
        """);

    /// A text that does not contain it cannot match, so the pattern is skipped; null for words with a wildcard.
    private final @Nullable String literal;
    private final Pattern pattern;

    private UnitWords(String word) {
        literal = word.contains(".") ? null : word;
        pattern = Pattern.compile("(^|\\W)" + word + "($|\\W)", FLAGS);
    }

    private static List<UnitWords> all(String words) {
        var singular = List.of(words.strip().split("[|\\n]"));
        var all = new ArrayList<UnitWords>();
        for (var word : singular) all.add(new UnitWords(word));
        for (var word : singular) all.add(new UnitWords(word + "s"));
        return List.copyOf(all);
    }

    /// Deletes the words. Skips a deletion that would leave nothing.
    static String removed(String text) {
        var rest = text;
        for (int pass = 0; pass < 2; pass++) {
            for (var unit : ALL) {
                if (unit.literal != null && !rest.contains(unit.literal)) continue;
                var without = unit.pattern.matcher(rest).replaceAll("$1$2");
                if (!without.isEmpty()) rest = without;
            }
        }
        return rest;
    }
}
