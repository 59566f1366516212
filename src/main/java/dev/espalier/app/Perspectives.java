package dev.espalier.app;

import dev.espalier.ui.compare.ComparePerspective;
import dev.espalier.ui.kit.Perspective;
import dev.espalier.ui.runs.RunsPerspective;
import dev.espalier.ui.search.SearchPerspective;
import java.util.List;

/// The perspectives of the window, in the order of its rail. A new one is a class and a line here.
public final class Perspectives {
    public static final List<Perspective.Factory> ALL =
            List.of(SearchPerspective::new, ComparePerspective::new, RunsPerspective::new);

    private Perspectives() {}
}
