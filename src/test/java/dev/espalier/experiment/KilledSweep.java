package dev.espalier.experiment;

import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A process to be killed: runs a sweep into a database and says on standard output how many searches are done.
final class KilledSweep {
    static final int PROBLEMS = 6;

    private KilledSweep() {}

    static void main(String[] arguments) throws Exception {
        var workbench = SampleBench.open(Path.of(arguments[0]));
        var sweep = workbench.sweep(SampleBench.sweep(workbench, PROBLEMS));
        try (var clock = Executors.newSingleThreadScheduledExecutor()) {
            clock.scheduleAtFixedRate(() -> System.out.println("done " + sweep.progress().done()), 0, 50, TimeUnit.MILLISECONDS);
            sweep.done().get();
        }
        workbench.close();
    }
}
