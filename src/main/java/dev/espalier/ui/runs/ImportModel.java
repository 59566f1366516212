package dev.espalier.ui.runs;

import dev.espalier.experiment.imports.ImportReport;
import dev.espalier.experiment.imports.ImportSpec;
import dev.espalier.experiment.imports.LiveImport;
import dev.espalier.experiment.run.Outcome;
import dev.espalier.ui.kit.ViewContext;
import java.nio.file.Path;
import java.util.function.Consumer;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyStringProperty;
import javafx.beans.property.ReadOnlyStringWrapper;
import org.jspecify.annotations.Nullable;

/// The import of another program's outputs, one file at a time: its progress and its result.
public final class ImportModel {
    private static final int WARNINGS_SHOWN = 3;

    private final ViewContext context;
    private final Consumer<ImportReport> ended;
    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final ReadOnlyStringWrapper message = new ReadOnlyStringWrapper("");
    private @Nullable LiveImport live;

    /// @param ended receives the report of each import
    ImportModel(ViewContext context, Consumer<ImportReport> ended) {
        this.context = context;
        this.ended = ended;
    }

    public ReadOnlyBooleanProperty running() {
        return running.getReadOnlyProperty();
    }

    /// The message, "" for none.
    public ReadOnlyStringProperty message() {
        return message.getReadOnlyProperty();
    }

    /// Lets the user choose a file and imports it.
    public void choose() {
        if (!running.get())
            context.files().open("Import outputs", "Outputs (JSONL)", "*.jsonl").ifPresent(this::begin);
    }

    public void begin(Path file) {
        if (running.get()) return;
        running.set(true);
        message.set("Importing " + file.getFileName());
        context.background()
                .run(() -> context.workbench().imports().start(ImportSpec.of(file)), begun -> live = begun, refused -> {
                    running.set(false);
                    message.set(refused);
                });
    }

    public void cancel() {
        if (live != null) live.cancel();
    }

    /// Clears the message.
    public void dismiss() {
        if (!running.get()) message.set("");
    }

    /// Called once per frame.
    void frame() {
        if (live == null) return;
        var report = live.report();
        var file = live.spec().file().getFileName().toString();
        if (!live.done().isDone()) {
            message.set("Importing %s: %.0f %%, %,d searches"
                    .formatted(file, 100 * report.share(), report.added() + report.present()));
            return;
        }
        var outcome = live.done().join();
        live = null;
        running.set(false);
        message.set(
                outcome.end() == Outcome.End.FAILED
                        ? outcome.message()
                        : file + ": " + report.sentence()
                                + (outcome.end() == Outcome.End.CANCELLED
                                        ? " Cancelled. Import the file again to continue."
                                        : "")
                                + warnings(report));
        ended.accept(report);
    }

    private static String warnings(ImportReport report) {
        if (report.warnings().isEmpty()) return "";
        var first = report.warnings().stream().limit(WARNINGS_SHOWN).toList();
        return "\n" + String.join("\n", first)
                + (report.warnings().size() > WARNINGS_SHOWN ? "\n… `espalier import` lists them all." : "");
    }
}
