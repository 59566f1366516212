package dev.espalier.cli;

import dev.espalier.experiment.Workbench;
import dev.espalier.experiment.models.ModelEntry;
import java.util.LinkedHashMap;
import picocli.CommandLine.Command;

@Command(
        name = "models",
        description =
                "Lists the models of the model folder, including unusable ones with the reason. Checks whether endpoints answer.",
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  espalier models", "  espalier models --models ~/models --json"})
final class ModelsCommand extends EspalierCommand {
    @Override
    int run(Workbench workbench) {
        var models = workbench.models().entries();
        if (models.isEmpty())
            console.message(
                    "There are no models in %s. Name another folder with --models.".formatted(common.modelFolder()));
        var errors = workbench.models().unavailable(models);
        if (common.json) {
            for (var model : models) {
                var document = new LinkedHashMap<String, Object>();
                document.put("name", model.name());
                document.put("kind", model.kind());
                document.put("parameters", model.parameters());
                document.put("precision", model.precision());
                document.put("description", model.description());
                document.put("folder", model.folder().toString());
                if (!model.local()) document.put("endpoint", model.endpoint());
                if (!model.notes().isEmpty()) document.put("notes", model.notes());
                document.put("usable", model.usable() && !errors.containsKey(model));
                if (!model.usable()) document.put("problem", model.problem());
                else if (errors.containsKey(model)) document.put("problem", errors.get(model));
                console.json(document);
            }
        } else if (!models.isEmpty()) {
            var table = new Table("name", "kind", "parameters", "precision", "").withTextColumn();
            models.forEach(model -> table.row(
                    model.name(),
                    model.kind(),
                    model.parameters() == 0 ? "" : "%,d".formatted(model.parameters()),
                    model.precision(),
                    !model.usable()
                            ? model.problem()
                            : errors.getOrDefault(model, model.local() ? "" : "answers at " + model.endpoint())));
            console.print(table.toString());
            // Describe folders of other programs only: how Espalier has read them.
            models.stream()
                    .filter(model -> !model.notes().isEmpty())
                    .forEach(model -> console.print(model.name() + ": "
                            + (model.description().isEmpty() ? "" : model.description() + "; ") + model.notes() + "."));
        }
        return errors.isEmpty() && models.stream().allMatch(ModelEntry::usable) && !models.isEmpty() ? DONE : FAILED;
    }
}
