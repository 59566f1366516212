package dev.espalier.app;

import dev.espalier.EspalierException;
import dev.espalier.cli.Espalier;
import dev.espalier.experiment.Home;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.EspalierApplication;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Without arguments the window, with arguments the command line; without a display the demonstration.
/// Does not extend `Application`, so that it starts from a plain class path.
public final class Main {
    private Main() {}

    static void main(String[] arguments) {
        // The tokenizer library would otherwise ask the network for a GPU build of itself.
        System.setProperty("ai.djl.offline", "true");
        // Figures are drawn with Java2D beside JavaFX; both must not open the display.
        System.setProperty("java.awt.headless", "true");
        var missing = arguments.length > 0 ? "" : Display.missing();
        boolean demonstration = !missing.isEmpty() || arguments.length > 0 && arguments[0].equals("demo");
        Espalier.log(!demonstration);
        if (arguments.length > 0) System.exit(Espalier.execute(arguments));
        if (missing.isEmpty()) {
            EspalierApplication.launch(() -> Workbench.open(new Workbench.Settings(Home.database(), Home.sampleModels(), sampleProblemFiles())), arguments);
            System.exit(0);
        }
        System.err.println("There is no display (" + missing + "), so the window cannot open. Espalier does its main job here instead: a demonstration sweep.");
        System.exit(Espalier.execute("demo"));
    }

    private static List<Path> sampleProblemFiles() {
        var folder = Home.sampleProblems();
        if (!Files.isDirectory(folder)) return List.of();
        try (var files = Files.list(folder)) {
            // The test set first: it is what the window shows.
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                .sorted(java.util.Comparator.comparing((Path file) -> !file.getFileName().toString().equals("test.jsonl")).thenComparing(Path::toString)).toList();
        } catch (IOException e) {
            throw new EspalierException("The sample problems in " + folder + " cannot be listed (" + e.getMessage() + ").", e);
        }
    }
}
