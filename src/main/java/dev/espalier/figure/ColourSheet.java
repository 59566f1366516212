package dev.espalier.figure;

import dev.espalier.EspalierException;
import java.awt.Color;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The named colours of a style sheet: lines `-espalier-name: #rrggbb;` or `#rrggbbaa`.
record ColourSheet(String where, Map<String, Color> colours) {
    private static final Pattern COMMENT = Pattern.compile("/\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern COLOUR =
            Pattern.compile("-espalier-([a-z0-9-]+)\\s*:\\s*#([0-9a-fA-F]{6})([0-9a-fA-F]{2})?\\s*;");

    static ColourSheet read(String resource) {
        try (InputStream in = ColourSheet.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new EspalierException("The colour sheet " + resource
                        + " is not in the program. Build it again: css/ must be among its resources.");
            }
            return parse(resource, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new EspalierException(
                    "The colour sheet " + resource + " cannot be read: " + e.getMessage()
                            + ". Install the program again.",
                    e);
        }
    }

    static ColourSheet parse(String where, String css) {
        var colours = new LinkedHashMap<String, Color>();
        var matcher = COLOUR.matcher(COMMENT.matcher(css).replaceAll(""));
        while (matcher.find()) {
            int rgb = Integer.parseInt(matcher.group(2), 16);
            int alpha = matcher.group(3) == null ? 255 : Integer.parseInt(matcher.group(3), 16);
            colours.put(matcher.group(1), new Color(alpha << 24 | rgb, true));
        }
        return new ColourSheet(where, colours);
    }

    Color colour(String name) {
        var colour = colours.get(name);
        if (colour == null)
            throw new EspalierException("The colour sheet " + where + " has no -espalier-" + name + ". Add it there.");
        return colour;
    }
}
