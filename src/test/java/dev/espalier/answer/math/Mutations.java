package dev.espalier.answer.math;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// Generates damaged, spliced, nested and very long answers; the same for the same seed.
final class Mutations {
    private static final Pattern TOKEN = Pattern.compile("\\\\[a-zA-Z]+|\\\\.|[0-9]+|[a-zA-Z]+|(?s:.)");
    private static final String[] PIECES = {
        "{",
        "}",
        "\\frac",
        "^",
        "_",
        "(",
        ")",
        "[",
        "]",
        "\\sqrt",
        "\\{",
        "\\}",
        "1",
        "99",
        "x",
        "+",
        "-",
        "\\pm",
        ",",
        "|",
        "!",
        "%",
        "\\text{",
        "\\left",
        "^\\circ",
        "=",
        "<",
        "\\cup",
        "&",
        "\\\\",
        "\\begin{pmatrix}",
        "\\end{pmatrix}",
        "\\begin{cases}",
        "\\end{cases}",
        "i",
        "\\pi",
        "e",
        "\\sin",
        "\\log",
        "^{99}",
        "/",
        "*",
        ".",
        " ",
        "\\sqrt[3]",
        "\\infty",
        "and",
        ":",
        ":0",
        " p.m.",
        "\\mp",
        "\\setminus",
        "\\in",
        "\\ne",
        "\\angle ",
        "\\approx",
        "\u221a",
        "\ud83d",
        "\u0000",
        "\u00b2",
        "\u4e09",
        "\u0661",
        "e9",
        "\\$",
        "$",
        "\\binom",
        "\\gcd",
        "\\lfloor",
        "\\rfloor",
        "\\overline{3}",
        "_2",
        "\\mathbb{R}"
    };
    private static final String[][] AROUND = {
        {"\\frac{", "}{7}"},
        {"\\frac{1}{", "}"},
        {"\\sqrt{", "}"},
        {"\\sqrt[3]{", "}"},
        {"(", ")"},
        {"{", "}"},
        {"[", ")"},
        {"\\{", "\\}"},
        {"2^{", "}"},
        {"(", ")^2"},
        {"(", ")^{9}"},
        {"|", "|"},
        {"\\sin(", ")"},
        {"\\cos{", "}"},
        {"\\ln(", ")"},
        {"\\text{", "}"},
        {"x=", ""},
        {"", "\\%"},
        {"", "!"},
        {"-", ""},
        {"\\begin{pmatrix}", "\\\\1\\end{pmatrix}"},
        {"\\boxed{", "}"},
        {"\\lfloor ", "\\rfloor"},
        {"e^{i", "}"},
        {"\\pm", ""},
        {"\\arcsin(", ")"}
    };

    private static final int LONGEST = 2_000;

    private final List<String> seeds;
    private final SplittableRandom random;

    Mutations(List<String> seeds, long seed) {
        this.seeds = seeds;
        this.random = new SplittableRandom(seed);
    }

    String seed() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    String next() {
        String text = seed();
        for (int edits = 1 + random.nextInt(5); edits > 0; edits--) {
            text = switch (random.nextInt(11)) {
                case 0, 1 -> withPiece(text);
                case 2 -> withCharacter(text);
                case 3, 4 -> withTokensChanged(text);
                case 5, 6 -> spliced(text, seed());
                case 7, 8 -> nested(text);
                case 9 -> repeated(text);
                default -> blownUp(text);
            };
            text = text.length() > LONGEST && random.nextInt(100) > 0 ? text.substring(0, LONGEST) : text;
        }
        return text;
    }

    private String withPiece(String text) {
        int at = random.nextInt(text.length() + 1);
        return text.substring(0, at) + PIECES[random.nextInt(PIECES.length)] + text.substring(at);
    }

    private String withCharacter(String text) {
        int at = random.nextInt(text.length() + 1);
        String changed = random.nextInt(3) == 0
                ? ""
                : String.valueOf((char) (random.nextInt(4) == 0 ? random.nextInt(0x10000) : 32 + random.nextInt(95)));
        return text.substring(0, at) + changed + text.substring(Math.min(at + 1, text.length()));
    }

    private static List<String> tokens(String text) {
        return new ArrayList<>(
                TOKEN.matcher(text).results().map(MatchResult::group).toList());
    }

    private String withTokensChanged(String text) {
        List<String> tokens = tokens(text);
        if (tokens.isEmpty()) {
            return text;
        }
        int at = random.nextInt(tokens.size());
        switch (random.nextInt(3)) {
            case 0 -> tokens.remove(at);
            case 1 -> tokens.add(at, tokens.get(random.nextInt(tokens.size())));
            default -> tokens.set(at, tokens.get(random.nextInt(tokens.size())));
        }
        return String.join("", tokens);
    }

    private String spliced(String text, String other) {
        List<String> left = tokens(text);
        List<String> right = tokens(other);
        return String.join("", left.subList(0, random.nextInt(left.size() + 1)))
                + String.join("", right.subList(random.nextInt(right.size() + 1), right.size()));
    }

    private String nested(String text) {
        String[] around = AROUND[random.nextInt(AROUND.length)];
        int times = random.nextInt(8) == 0 ? 1 + random.nextInt(80) : 1;
        return around[0].repeat(times) + text + around[1].repeat(times);
    }

    private String repeated(String text) {
        String joint = PIECES[random.nextInt(PIECES.length)];
        return (text + joint).repeat(1 + random.nextInt(random.nextInt(6) == 0 ? 60 : 3));
    }

    private String blownUp(String text) {
        String digits = String.valueOf((char) ('1' + random.nextInt(9)))
                .repeat(1 + random.nextInt(random.nextInt(6) == 0 ? 1_200 : 30));
        return switch (random.nextInt(5)) {
            case 0 -> text + "^{" + digits + "}";
            case 1 -> digits + text;
            case 2 -> "{".repeat(random.nextInt(300)) + text;
            case 3 -> text.replaceFirst("[0-9]+", digits);
            default -> text + "e" + digits;
        };
    }
}
