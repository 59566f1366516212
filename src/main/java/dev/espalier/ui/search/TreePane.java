package dev.espalier.ui.search;

import dev.espalier.figure.Theme;
import dev.espalier.figure.TreeFigure;
import dev.espalier.figure.TreeLayout;
import dev.espalier.figure.TreeMarks;
import dev.espalier.figure.TreeMinimap;
import dev.espalier.figure.Viewport;
import dev.espalier.search.log.SearchTree;
import dev.espalier.ui.kit.Background;
import dev.espalier.ui.kit.FigurePane;
import dev.espalier.ui.kit.LatestWins;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;
import java.util.function.Supplier;
import javafx.beans.property.BooleanProperty;
import javafx.geometry.Pos;
import javafx.scene.Cursor;
import javafx.scene.control.ContextMenu;
import javafx.scene.control.Label;
import javafx.scene.input.KeyCode;
import javafx.scene.input.KeyEvent;
import javafx.scene.input.MouseButton;
import javafx.scene.input.MouseEvent;
import javafx.scene.input.ScrollEvent;
import javafx.scene.layout.StackPane;
import org.jspecify.annotations.Nullable;

/// The tree on the screen. The wheel zooms around the pointer, dragging pans, a click selects, arrow keys move the
/// selection, plus, minus and 0 zoom and fit. Shows the whole tree as it grows until the user pans or zooms.
final class TreePane extends StackPane {
    private static final double KEY_ZOOM = 1.25;
    private static final double DRAG_STARTS = 4;

    private final FigurePane picture;
    private final FigurePane map;
    private final LatestWins layouts;
    private final IntConsumer select;
    private final IntFunction<String> describe;
    private final Label note = new Label();
    private final BooleanProperty dark;
    private @Nullable Supplier<ContextMenu> menus;
    private @Nullable TreeLayout layout;
    private @Nullable Viewport view;
    private TreeMarks marks = TreeMarks.NONE;
    private boolean fitsWindow = true;
    private double pressedX;
    private double pressedY;
    private double lastX;
    private double lastY;
    private boolean dragging;

    /// @param select   receives the node that the user selected
    /// @param describe returns a short description of a node, for the tooltip
    TreePane(Background background, BooleanProperty dark, IntConsumer select, IntFunction<String> describe) {
        this.select = select;
        this.describe = describe;
        this.dark = dark;
        picture = new FigurePane(background);
        map = new FigurePane(background);
        layouts = new LatestWins(background);
        picture.dark().bind(dark);
        map.dark().bind(dark);
        getStyleClass().add("tree-pane");
        map.getStyleClass().add("minimap");
        map.setMaxSize(150, 92);
        StackPane.setAlignment(map, Pos.BOTTOM_RIGHT);
        note.getStyleClass().add("hover-note");
        note.setMouseTransparent(true);
        note.setVisible(false);
        StackPane.setAlignment(note, Pos.BOTTOM_LEFT);
        getChildren().addAll(picture, map, note);
        map.setVisible(false);
        setFocusTraversable(true);
        setAccessibleText("Search tree. Arrow keys move the selection, plus and minus zoom, 0 shows the whole tree.");
        picture.widthProperty().subscribe(this::sized);
        picture.heightProperty().subscribe(this::sized);
        dark.subscribe(this::sized);
        listen();
    }

    /// Lays the tree out on a background thread and shows it.
    ///
    /// @param fresh whether the tree belongs to another search than before
    void show(SearchTree tree, boolean fresh) {
        if (fresh) {
            layouts.forget();
            fitsWindow = true;
        }
        layouts.submit(
                () -> TreeLayout.of(tree),
                laidOut -> {
                    layout = laidOut;
                    sized();
                },
                _ -> {});
    }

    void mark(TreeMarks next) {
        var shown = next.withHovered(marks.hovered());
        if (shown.equals(marks)) return;
        marks = shown;
        draw();
    }

    void zoom(double factor) {
        zoom(factor, picture.getWidth() / 2, picture.getHeight() / 2);
    }

    void zoomIn() {
        zoom(KEY_ZOOM);
    }

    void zoomOut() {
        zoom(1 / KEY_ZOOM);
    }

    void fit() {
        fitsWindow = true;
        sized();
    }

    /// Scrolls to a node if it is outside the view.
    void reveal(int node) {
        var at = layout;
        var seen = view;
        if (at == null || seen == null || node < 0 || node >= at.size()) return;
        double x = seen.screenX(at.x(node));
        double y = seen.screenY(at.y(node));
        if (x >= 10 && y >= 10 && x <= picture.getWidth() - 10 && y <= picture.getHeight() - 10) return;
        fitsWindow = false;
        view = seen.centredOn(at.x(node), at.y(node), picture.getWidth(), picture.getHeight());
        draw();
    }

    /// The current layout, null before the first one.
    @Nullable
    TreeFigure figure() {
        return layout == null || view == null ? null : new TreeFigure(layout, marks, view);
    }

    private void sized() {
        if (layout == null || picture.getWidth() < 1 || picture.getHeight() < 1) return;
        if (fitsWindow || view == null)
            view = TreeFigure.fit(
                    layout, picture.getWidth(), picture.getHeight(), dark.get() ? Theme.dark() : Theme.light());
        draw();
    }

    private void draw() {
        var now = figure();
        if (now == null) return;
        picture.figure().set(now);
        boolean crowded = !fitsWindow && now.layout().size() > 1;
        map.setVisible(crowded);
        if (crowded)
            map.figure()
                    .set(new TreeMinimap(
                            now.layout(), now.marks(), now.view(), picture.getWidth(), picture.getHeight()));
    }

    private void zoom(double factor, double x, double y) {
        if (view == null) return;
        fitsWindow = false;
        view = view.zoomed(factor, x, y);
        draw();
    }

    private void listen() {
        picture.addEventHandler(MouseEvent.MOUSE_PRESSED, this::pressed);
        picture.addEventHandler(MouseEvent.MOUSE_DRAGGED, this::dragged);
        picture.addEventHandler(MouseEvent.MOUSE_RELEASED, this::released);
        picture.addEventHandler(MouseEvent.MOUSE_MOVED, event -> hover(event.getX(), event.getY()));
        picture.addEventHandler(MouseEvent.MOUSE_EXITED, _ -> hover(-1000, -1000));
        picture.addEventHandler(ScrollEvent.SCROLL, event -> {
            zoom(Math.pow(1.0015, event.getDeltaY()), event.getX(), event.getY());
            event.consume();
        });
        map.addEventHandler(MouseEvent.MOUSE_PRESSED, this::jump);
        map.addEventHandler(MouseEvent.MOUSE_DRAGGED, this::jump);
        addEventHandler(KeyEvent.KEY_PRESSED, this::key);
    }

    private void pressed(MouseEvent event) {
        requestFocus();
        pressedX = lastX = event.getX();
        pressedY = lastY = event.getY();
        dragging = false;
    }

    private void dragged(MouseEvent event) {
        if (!dragging && Math.hypot(event.getX() - pressedX, event.getY() - pressedY) < DRAG_STARTS) return;
        if (view == null) return;
        dragging = true;
        fitsWindow = false;
        setCursor(Cursor.CLOSED_HAND);
        view = view.panned(event.getX() - lastX, event.getY() - lastY);
        lastX = event.getX();
        lastY = event.getY();
        draw();
    }

    private void released(MouseEvent event) {
        setCursor(Cursor.DEFAULT);
        if (!dragging && event.getButton() == MouseButton.SECONDARY) {
            menu(event);
            return;
        }
        if (dragging || event.getButton() != MouseButton.PRIMARY) return;
        if (event.getClickCount() == 2) {
            fit();
            return;
        }
        var now = figure();
        if (now != null) now.hit(event.getX(), event.getY()).ifPresent(select);
    }

    /// The context menu of a node. Selects the node under the pointer first.
    void onMenu(Supplier<ContextMenu> made) {
        menus = made;
    }

    private void menu(MouseEvent event) {
        var now = figure();
        var made = menus;
        if (now == null || made == null) return;
        now.hit(event.getX(), event.getY()).ifPresent(node -> {
            select.accept(node);
            made.get().show(this, event.getScreenX(), event.getScreenY());
        });
    }

    private void hover(double x, double y) {
        var now = figure();
        if (now == null) return;
        int node = now.hit(x, y).orElse(-1);
        if (node == marks.hovered()) return;
        setCursor(node >= 0 ? Cursor.HAND : Cursor.DEFAULT);
        marks = marks.withHovered(node);
        note.setVisible(node >= 0);
        if (node >= 0) note.setText(describe.apply(node));
        draw();
    }

    private void jump(MouseEvent event) {
        if (view == null || !(map.figure().get() instanceof TreeMinimap small)) return;
        var at = small.layoutAt(event.getX(), event.getY(), map.getWidth(), map.getHeight());
        view = view.centredOn(at[0], at[1], picture.getWidth(), picture.getHeight());
        draw();
        event.consume();
    }

    private void key(KeyEvent event) {
        if (event.isShortcutDown() || event.isAltDown()) return;
        if (pressed(event.getCode(), event.getText())) event.consume();
    }

    private boolean pressed(KeyCode code, String text) {
        switch (code) {
            case UP -> navigate(TreeNavigation.PARENT);
            case DOWN -> navigate(TreeNavigation.CHILD);
            case LEFT -> navigate(TreeNavigation.LEFT);
            case RIGHT -> navigate(TreeNavigation.RIGHT);
            case PLUS, ADD, EQUALS -> zoomIn();
            case MINUS, SUBTRACT -> zoomOut();
            case DIGIT0, NUMPAD0 -> fit();
            default -> {
                if (!text.equals("+")) return false;
                zoomIn();
            }
        }
        return true;
    }

    private void navigate(TreeNavigation direction) {
        if (layout == null) return;
        int next = direction.from(layout, marks.selected());
        select.accept(next);
        reveal(next);
    }
}
