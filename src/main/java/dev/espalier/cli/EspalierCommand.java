package dev.espalier.cli;

import dev.espalier.experiment.Workbench;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Mixin;

/// A command that works with a workbench. When the process is interrupted (Ctrl+C), what runs is cancelled and stored first.
abstract class EspalierCommand implements Callable<Integer> {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int WRONG_USAGE = 2;
    static final int CANCELLED = 130;

    @Mixin CommonOptions common = new CommonOptions();

    Console console = new Console(System.out, System.err, Console.onTerminal());

    abstract int run(Workbench workbench) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        var workbench = common.open();
        var closed = new CountDownLatch(1);
        var interrupted = Thread.ofPlatform().unstarted(() -> {
            console.say("Cancelled. What was done is stored; the same command goes on with a sweep, the window resumes a search.");
            workbench.close();
            closed.countDown();
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        try {
            return run(workbench);
        } finally {
            if (removed(interrupted)) workbench.close();
            else closed.await();
        }
    }

    private static boolean removed(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyGoingDown) {
            return false;
        }
    }
}
