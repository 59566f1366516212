package dev.espalier.figure;

import dev.espalier.search.vote.Tally;
import dev.espalier.search.vote.Vote;
import java.awt.BasicStroke;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.geom.Rectangle2D;
import java.awt.geom.RoundRectangle2D;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The answer groups of a pool of candidates: two bars per group, its votes and the sum of its scores, on one scale. A
/// score is at most 1, so the second bar is never longer, and its length relative to the first is the group's mean
/// score. A tick marks groups that match the gold answer. Groups are sorted by votes, then by sum; "no answer" comes
/// last.
///
/// @param winners  the key of the winning group of each vote
/// @param selected the key of the selected group, null for none
/// @param text     how to write answers
public record VotesFigure(
        Tally tally, Map<Vote, String> winners, @Nullable String selected, TaskText text) implements Figure {
    private static final double MARGIN = 10;
    private static final double MIN_PITCH = 23;
    private static final double MAX_PITCH = 32;
    private static final double BAR = 8;
    private static final double TICK = 14;

    public VotesFigure {
        winners = Map.copyOf(winners);
    }

    public VotesFigure(Tally tally, @Nullable String selected, TaskText text) {
        this(
                tally,
                Arrays.stream(Vote.values())
                        .flatMap(vote -> tally.elect(vote).map(group -> Map.entry(vote, group.key())).stream())
                        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue)),
                selected,
                text);
    }

    /// How much text stands right of the bars.
    private enum Wording {
        FULL,
        SHORT,
        NUMBERS,
        NONE
    }

    /// The layout of the figure.
    private record Plan(
            List<Tally.Group> shown,
            int hidden,
            double top,
            double pitch,
            double labels,
            double unit,
            Wording wording) {}

    List<Tally.Group> ordered() {
        return tally.groups().stream()
                .sorted(Comparator.comparing((Tally.Group group) -> !group.answered())
                        .thenComparing(
                                Comparator.comparingInt(Tally.Group::votes).reversed())
                        .thenComparing(
                                Comparator.comparingDouble(Tally.Group::sum).reversed()))
                .toList();
    }

    @Override
    public void draw(Graphics2D g, double width, double height, Theme theme) {
        FigureImage.smooth(g);
        g.setColor(theme.colour(FigureColour.BACKGROUND));
        g.fill(new Rectangle2D.Double(0, 0, width, height));
        if (tally.groups().isEmpty()) {
            FigureText.message(g, theme, "No candidates yet. Votes are counted when paths end.", width, height);
            return;
        }
        var plan = plan(width, height, theme);
        if (plan.top > 0) legend(theme).draw(g, MARGIN, 4, width - 2 * MARGIN);
        for (int i = 0; i < plan.shown.size(); i++)
            row(g, theme, width, plan, plan.shown.get(i), plan.top + i * plan.pitch);
        if (plan.hidden > 0) {
            double y = plan.top + plan.shown.size() * plan.pitch + 8;
            FigureText.left(
                    g,
                    theme.font(11),
                    theme.colour(FigureColour.MUTED),
                    "+" + plan.hidden + " more",
                    MARGIN + plan.labels + TICK + 6,
                    y);
        }
    }

    /// The key of the group at a point of a drawing of this size.
    public Optional<String> groupAt(double x, double y, double width, double height, Theme theme) {
        if (tally.groups().isEmpty() || x < 0 || x > width) return Optional.empty();
        var plan = plan(width, height, theme);
        int row = (int) Math.floor((y - plan.top) / plan.pitch);
        return row >= 0 && row < plan.shown.size()
                ? Optional.of(plan.shown.get(row).key())
                : Optional.empty();
    }

    private Plan plan(double width, double height, Theme theme) {
        double legend = height < 110 ? 0 : legend(theme).height(width - 2 * MARGIN) + 8;
        if (legend > height / 3) legend = 0;
        var groups = ordered();
        double available = height - legend - 4;
        int fitting = (int) Math.floor(available / MIN_PITCH);
        int shown =
                groups.size() <= fitting ? groups.size() : Math.max(1, (int) Math.floor((available - 16) / MIN_PITCH));
        shown = Math.min(shown, groups.size());
        double pitch = Math.min(MAX_PITCH, Math.max(MIN_PITCH, (available - (shown < groups.size() ? 16 : 0)) / shown));
        var visible = groups.subList(0, shown);
        var font = theme.font(12);
        double longest = visible.stream()
                        .mapToDouble(group -> FigureText.width(font, label(group)))
                        .max()
                        .orElse(0)
                + 1;
        double labels = Math.clamp(longest, 24, Math.max(24, width * 0.3));
        double free = width - 2 * MARGIN - labels - TICK - 8;
        for (var wording : Wording.values()) {
            double bars = free
                    - visible.stream()
                            .mapToDouble(group -> textWidth(theme, group, wording))
                            .max()
                            .orElse(0);
            if (bars >= (wording == Wording.FULL ? 150 : 44) || wording == Wording.NONE) {
                double max = visible.stream()
                        .mapToDouble(group -> Math.max(group.votes(), group.sum()))
                        .max()
                        .orElse(1);
                return new Plan(
                        visible,
                        groups.size() - shown,
                        legend,
                        pitch,
                        labels,
                        Math.max(bars, 10) / Math.max(max, 1e-9),
                        wording);
            }
        }
        throw new AssertionError("the last wording always fits");
    }

    /// Returns false without a reward model: there are no sums to show.
    private boolean scored() {
        return tally.groups().stream().anyMatch(group -> group.sum() != 0);
    }

    private Legend legend(Theme theme) {
        var legend = new Legend(theme).add("votes", 14, (g, x, y) -> bar(g, theme, FigureColour.VOTES, x, y - 4, 14));
        if (scored()) legend.add("sum of scores", 14, (g, x, y) -> bar(g, theme, FigureColour.SUMS, x, y - 4, 14));
        return legend.add("wins this vote", 22, (g, x, y) -> pill(g, theme, x, y, 22))
                .add("right", 9, (g, x, y) -> FigureText.tick(g, theme.colour(FigureColour.RIGHT_MARK), x + 4.5, y, 9));
    }

    private void row(Graphics2D g, Theme theme, double width, Plan plan, Tally.Group group, double top) {
        double middle = top + plan.pitch / 2;
        if (group.key().equals(selected)) {
            g.setColor(theme.colour(FigureColour.HIGHLIGHT));
            g.fill(new RoundRectangle2D.Double(4, top + 1, width - 8, plan.pitch - 2, 8, 8));
        }
        double right = MARGIN + plan.labels;
        var font = theme.font(12);
        FigureText.right(
                g,
                font,
                theme.colour(group.answered() ? FigureColour.TEXT : FigureColour.MUTED),
                FigureText.shortened(font, label(group), plan.labels),
                right,
                middle);
        if (group.correct()) FigureText.tick(g, theme.colour(FigureColour.RIGHT_MARK), right + TICK / 2 + 1, middle, 9);
        double x = right + TICK + 4;
        bar(
                g,
                theme,
                FigureColour.VOTES,
                x,
                scored() ? middle - BAR - 0.5 : middle - BAR / 2,
                group.votes() * plan.unit);
        if (scored()) bar(g, theme, FigureColour.SUMS, x, middle + 0.5, group.sum() * plan.unit);
        double at = x + Math.max(group.votes(), group.sum()) * plan.unit + 8;
        var countText = countText(group, plan.wording);
        FigureText.left(g, theme.font(11), theme.colour(FigureColour.MUTED), countText, at, middle);
        at += FigureText.width(theme.font(11), countText) + (countText.isEmpty() ? 0 : 8);
        for (var word : tags(group, plan.wording)) at += tag(g, theme, word, at, middle) + 4;
    }

    private static void bar(Graphics2D g, Theme theme, FigureColour ink, double x, double y, double length) {
        g.setColor(theme.colour(ink));
        g.fill(new RoundRectangle2D.Double(x, y, Math.max(length, 1), BAR, 3, 3));
    }

    private static double tag(Graphics2D g, Theme theme, String word, double x, double y) {
        var font = tagFont(theme);
        double pillWidth = FigureText.width(font, word) + 10;
        pill(g, theme, x, y, pillWidth);
        FigureText.left(g, font, theme.colour(FigureColour.TEXT), word, x + 5, y);
        return pillWidth;
    }

    private static void pill(Graphics2D g, Theme theme, double x, double y, double pillWidth) {
        var box = new RoundRectangle2D.Double(x, y - 7, pillWidth, 14, 14, 14);
        g.setColor(theme.colour(FigureColour.PANEL));
        g.fill(box);
        g.setColor(theme.colour(FigureColour.BORDER));
        g.setStroke(new BasicStroke(1));
        g.draw(box);
    }

    private static Font tagFont(Theme theme) {
        return theme.font(10);
    }

    /// The width that a group needs right of its bars.
    private double textWidth(Theme theme, Tally.Group group, Wording wording) {
        if (wording == Wording.NONE) return 0;
        double tags = tags(group, wording).stream()
                .mapToDouble(word -> FigureText.width(tagFont(theme), word) + 14)
                .sum();
        var countText = countText(group, wording);
        return 8 + FigureText.width(theme.font(11), countText) + (countText.isEmpty() ? 0 : 8) + tags;
    }

    /// The names of the votes that a group wins.
    private List<String> tags(Tally.Group group, Wording wording) {
        if (wording == Wording.NUMBERS || wording == Wording.NONE) return List.of();
        var won = Arrays.stream(Vote.values())
                .filter(vote -> group.key().equals(winners.get(vote)))
                .toList();
        if (won.size() == Vote.values().length) return List.of(wording == Wording.FULL ? "every vote" : "all");
        return won.stream().map(vote -> tagWord(vote, wording)).toList();
    }

    private String countText(Tally.Group group, Wording wording) {
        return switch (wording) {
            case FULL ->
                group.votes() + (group.votes() == 1 ? " vote" : " votes") + (scored() ? " · Σ " + sum(group) : "");
            case SHORT, NUMBERS -> group.votes() + (scored() ? " · " + sum(group) : "");
            case NONE -> "";
        };
    }

    private static String sum(Tally.Group group) {
        return group.scored() ? String.format(Locale.ROOT, "%.1f", group.sum()) : "–";
    }

    private static String tagWord(Vote vote, Wording wording) {
        return wording == Wording.FULL
                ? vote.label()
                : switch (vote) {
                    case NAIVE -> "BoN";
                    case MAJORITY -> "maj";
                    case WEIGHTED -> "wgt";
                };
    }

    private String label(Tally.Group group) {
        return group.answered() ? text.answer(group.display().isBlank() ? group.key() : group.display()) : "—";
    }
}
