package dev.espalier.cli;

import dev.espalier.engine.device.backends.Devices;
import dev.espalier.io.Home;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "devices",
        description = "Lists the devices that can run models on this machine, and the reason if CUDA is unavailable.",
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  espalier devices"})
final class DevicesCommand implements Callable<Integer> {
    private final Console console = new Console(System.out, System.err, Console.onTerminal());

    @Override
    public Integer call() {
        console.print(String.join(
                System.lineSeparator(),
                Devices.describe(CommonOptions.device("auto", 0, 0).withLibraries(Home.runtimes()))));
        return EspalierCommand.DONE;
    }
}
