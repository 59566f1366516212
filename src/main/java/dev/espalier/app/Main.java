package dev.espalier.app;

import dev.espalier.cli.Espalier;
import dev.espalier.engine.device.ort.Telemetry;
import dev.espalier.experiment.Workbench;
import dev.espalier.ui.shell.EspalierApplication;

/// Starts the command line if there is a command, otherwise the window; without a display, a demonstration sweep.
/// Does not extend `Application`, so that it starts from a plain class path.
public final class Main {
    private Main() {}

    static void main(String[] arguments) {
        Telemetry.turnOff();
        // Java2D draws figures beside JavaFX and must not open the display.
        System.setProperty("java.awt.headless", "true");
        boolean demonstration = arguments.length == 0 ? !Display.missing().isEmpty() : arguments[0].equals("demo");
        Espalier.log(!demonstration);
        System.exit(Espalier.execute(Main::open, arguments));
    }

    private static int open(Workbench.Settings settings) {
        var missing = Display.missing();
        if (!missing.isEmpty()) {
            System.err.println("There is no display (" + missing
                    + "), so the window cannot open. Espalier runs a demonstration sweep instead.");
            return Espalier.execute(Main::open, "demo");
        }
        EspalierApplication.launch(() -> Workbench.open(settings), Perspectives.ALL, new String[0]);
        return 0;
    }
}
