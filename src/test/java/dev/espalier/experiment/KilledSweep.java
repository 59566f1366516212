package dev.espalier.experiment;

import dev.espalier.io.Home;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// A program for tests that kill it: runs a sweep into a database and prints the number of finished searches.
final class KilledSweep {
    static final int PROBLEMS = 6;

    private KilledSweep() {}

    static Process start(Path database, int problems) throws IOException {
        var builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-Despalier.sample-data=" + Home.sampleData(),
                KilledSweep.class.getName(),
                database.toString(),
                Integer.toString(problems));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    static void main(String[] arguments) throws Exception {
        var workbench = SampleBench.open(Path.of(arguments[0]));
        var sweep = workbench.sweeps().start(SampleBench.sweep(workbench, Integer.parseInt(arguments[1])));
        try (var clock = Executors.newSingleThreadScheduledExecutor()) {
            clock.scheduleAtFixedRate(
                    () -> System.out.println("done " + sweep.progress().done()), 0, 50, TimeUnit.MILLISECONDS);
            sweep.done().get();
        }
        workbench.close();
    }
}
