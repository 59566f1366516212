package dev.espalier.ui.kit;

import dev.espalier.figure.Figure;
import dev.espalier.figure.FigureImage;
import dev.espalier.figure.Theme;
import java.nio.IntBuffer;
import javafx.beans.property.BooleanProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleObjectProperty;
import javafx.scene.AccessibleRole;
import javafx.scene.image.ImageView;
import javafx.scene.image.PixelBuffer;
import javafx.scene.image.PixelFormat;
import javafx.scene.image.WritableImage;
import javafx.scene.layout.Region;
import org.jspecify.annotations.Nullable;

/// A figure on the screen. Renders on a background thread at the screen's scale, at most once per frame; only the
/// latest figure counts.
public final class FigurePane extends Region {
    private final ImageView picture = new ImageView();
    private final ObjectProperty<@Nullable Figure> figure = new SimpleObjectProperty<>();
    private final BooleanProperty dark = new SimpleBooleanProperty();
    private final LatestWins drawing;
    private final FigureImage pixels = new FigureImage();
    private @Nullable PixelBuffer<IntBuffer> screen;
    private @Nullable Drawn drawn;

    private record Drawn(@Nullable Figure figure, double width, double height, double scale, boolean dark) {}

    public FigurePane(Background background) {
        drawing = new LatestWins(background);
        picture.setManaged(false);
        getChildren().add(picture);
        getStyleClass().add("figure");
        setAccessibleRole(AccessibleRole.IMAGE_VIEW);
        setMinSize(0, 0);
        figure.subscribe(this::requestLayout);
        dark.subscribe(this::requestLayout);
        sceneProperty()
                .flatMap(scene -> scene.windowProperty())
                .flatMap(window -> window.outputScaleXProperty())
                .subscribe(_ -> requestLayout());
    }

    public ObjectProperty<@Nullable Figure> figure() {
        return figure;
    }

    public BooleanProperty dark() {
        return dark;
    }

    @Override
    protected void layoutChildren() {
        var wanted = new Drawn(figure.get(), getWidth(), getHeight(), scale(), dark.get());
        if (wanted.equals(drawn) || wanted.width < 1 || wanted.height < 1) return;
        drawn = wanted;
        var what = wanted.figure;
        if (what == null) {
            drawing.forget();
            picture.setVisible(false);
            return;
        }
        drawing.submit(
                () -> pixels.render(
                        what, wanted.width, wanted.height, wanted.scale, wanted.dark ? Theme.dark() : Theme.light()),
                ready -> show(ready, wanted),
                _ -> picture.setVisible(false));
    }

    private double scale() {
        return getScene() == null || getScene().getWindow() == null
                ? 1
                : Math.max(1, getScene().getWindow().getOutputScaleX());
    }

    /// The next drawing starts after this copy, so one pixel buffer is enough. Both buffers use the screen's
    /// format, so the copy converts nothing.
    private void show(FigureImage ready, Drawn how) {
        var target = screen;
        if (target == null || target.getWidth() != ready.width() || target.getHeight() != ready.height()) {
            target = new PixelBuffer<>(
                    ready.width(),
                    ready.height(),
                    IntBuffer.allocate(ready.width() * ready.height()),
                    PixelFormat.getIntArgbPreInstance());
            screen = target;
            picture.setImage(new WritableImage(target));
        }
        var source = ready.pixels();
        target.updateBuffer(buffer -> {
            System.arraycopy(source, 0, buffer.getBuffer().array(), 0, source.length);
            return null;
        });
        picture.setVisible(true);
        picture.setFitWidth(ready.width() / how.scale);
        picture.setFitHeight(ready.height() / how.scale);
    }
}
