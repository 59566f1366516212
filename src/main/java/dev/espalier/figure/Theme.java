package dev.espalier.figure;

import java.awt.Color;
import java.awt.Font;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/// The colours and fonts of figures, read from the window's colour sheets.
///
/// @param colours one colour for every [FigureColour]
/// @param ramp    colours of the scores 0 to 1, evenly spaced, at least two
/// @param methods colours of methods by name
/// @param others  colours of all other series, at least one
/// @param family  the font family of all text
public record Theme(
        Map<FigureColour, Color> colours,
        List<Color> ramp,
        Map<String, Color> methods,
        List<Color> others,
        String family) {

    public Theme {
        colours = Map.copyOf(colours);
        ramp = List.copyOf(ramp);
        methods = Map.copyOf(methods);
        others = List.copyOf(others);
    }

    public static Theme light() {
        return Light.THEME;
    }

    public static Theme dark() {
        return Dark.THEME;
    }

    private static final class Light {
        static final Theme THEME = of(ColourSheet.read("/css/espalier-light.css"));
    }

    private static final class Dark {
        static final Theme THEME = of(ColourSheet.read("/css/espalier-dark.css"));
    }

    static Theme of(ColourSheet sheet) {
        var colours = new EnumMap<FigureColour, Color>(FigureColour.class);
        for (var colour : FigureColour.values()) colours.put(colour, sheet.colour(colour.key()));
        var ramp = new ArrayList<Color>();
        for (int i = 0; i < 2 || sheet.colours().containsKey("score-" + i); i++) ramp.add(sheet.colour("score-" + i));
        var methods = new LinkedHashMap<String, Color>();
        var others = new ArrayList<Color>();
        sheet.colours().forEach((name, colour) -> {
            if (!name.startsWith("series-")) return;
            var series = name.substring("series-".length());
            if (series.chars().allMatch(Character::isDigit)) others.add(colour);
            else methods.put(series, colour);
        });
        if (others.isEmpty()) others.add(sheet.colour("series-0"));
        return new Theme(colours, ramp, methods, others, sans());
    }

    /// Inter if installed, else the sans-serif font that every Java has.
    private static String sans() {
        return SystemFonts.contains("Inter") ? "Inter" : Font.SANS_SERIF;
    }

    public Color colour(FigureColour colour) {
        return Objects.requireNonNull(colours.get(colour));
    }

    public Color colour(FigureColour colour, double opacity) {
        return faded(colour(colour), opacity);
    }

    static Color faded(Color colour, double opacity) {
        return new Color(colour.getRed(), colour.getGreen(), colour.getBlue(), (int)
                Math.round(colour.getAlpha() * Math.clamp(opacity, 0, 1)));
    }

    /// The colour of a score from 0 to 1; for NaN that of unscored nodes.
    public Color score(double score) {
        if (Double.isNaN(score)) return colour(FigureColour.UNSCORED);
        double at = Math.clamp(score, 0, 1) * (ramp.size() - 1);
        int below = Math.min((int) at, ramp.size() - 2);
        return mixed(ramp.get(below), ramp.get(below + 1), at - below);
    }

    static Color mixed(Color a, Color b, double share) {
        return new Color(
                between(a.getRed(), b.getRed(), share),
                between(a.getGreen(), b.getGreen(), share),
                between(a.getBlue(), b.getBlue(), share));
    }

    private static int between(int a, int b, double share) {
        return (int) Math.round(a + (b - a) * share);
    }

    /// The colour of a method's curve, the same in every figure. Known methods match the start of the name
    /// ("beam-search M=4"); other names use their hash.
    public Color series(String name) {
        var key = name.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-");
        var known = methods.keySet().stream().filter(key::startsWith).max(Comparator.comparingInt(String::length));
        return known.map(methods::get).orElseGet(() -> others.get(Math.floorMod(name.hashCode(), others.size())));
    }

    public Font font(double size) {
        return new Font(family, Font.PLAIN, 1).deriveFont((float) size);
    }

    public Font bold(double size) {
        return new Font(family, Font.BOLD, 1).deriveFont(Font.BOLD, (float) size);
    }

    /// The score ramp as `steps` colours, lowest first, for legends.
    List<Color> ramp(int steps) {
        return IntStream.range(0, steps).mapToObj(i -> score(i / (steps - 1.0))).toList();
    }
}
