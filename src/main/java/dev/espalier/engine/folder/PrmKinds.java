package dev.espalier.engine.folder;

import dev.espalier.engine.folder.PrmKind.Export;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// All kinds of reward models. A new one is a line here, or a line in a
/// `META-INF/services/dev.espalier.engine.folder.PrmKind` on the class path.
public final class PrmKinds {
    /// In the order in which they are asked whether they recognise a folder.
    private static final List<PrmKind> ALL = all();

    private PrmKinds() {}

    private static List<PrmKind> all() {
        var all = new ArrayList<PrmKind>();
        for (var further : ServiceLoader.load(PrmKind.class)) all.add(further);
        all.addAll(List.of(OutcomeHead.KIND, ValueHead.KIND, TokenClasses.KIND, SignTokens.KIND));
        return List.copyOf(all);
    }

    public static List<PrmKind> list() {
        return ALL;
    }

    /// The format that a folder's `prm` describes; if it has none, that of the first kind that recognises the
    /// folder.
    ///
    /// @param given the folder's `prm`, or a missing node
    /// @param notes receives a sentence if the kind was guessed
    /// @return null if the folder is a policy
    static @Nullable PrmFormat format(JsonNode given, Export export, List<String> notes) {
        export.logit(given);
        if (!given.isMissingNode())
            return overridden(
                    given, named(given.path("kind").asString(""), export).format(export, given));
        for (var kind : ALL) {
            if (!kind.recognises(export)) continue;
            notes.add(
                    "its kind, " + kind.word() + ", is guessed: an " + ModelFolder.FILE + " with \"prm\" overrides it");
            return kind.format(export, given);
        }
        return null;
    }

    private static PrmKind named(String word, Export export) {
        return ALL.stream()
                .filter(kind -> kind.word().equals(word))
                .findFirst()
                .orElseThrow(() -> export.wrong("the reward model kind \"" + word + "\" is unknown; known are "
                        + ALL.stream()
                                .map(kind -> "\"" + kind.word() + "\"")
                                .sorted()
                                .collect(Collectors.joining(", "))));
    }

    /// The parts of the template that `prm` gives replace the kind's.
    static PrmFormat overridden(JsonNode given, PrmFormat usual) {
        String step = given.path("step").asString(usual.step());
        String first = given.path("first").asString(given.has("step") ? step : usual.first());
        return new PrmFormat(
                usual.kind(),
                usual.readOut(),
                first,
                step,
                given.path("mark").asString(usual.mark()),
                given.path("after").asString(usual.after()),
                given.path("trim").asBoolean(usual.trim()),
                given.path("end_token").asBoolean(usual.endToken()));
    }
}
