package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Mixin;

/// A command that works with a workbench. When the process is interrupted (Ctrl+C), what runs is cancelled and stored first.
abstract class EspalierCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(EspalierCommand.class.getName());
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
            console.say("Cancelled. Finished work is stored. To resume, repeat the command (a run with --resume), or open the search in the window.");
            try {
                workbench.close();
            } catch (EspalierException unwritten) {
                console.say(unwritten.getMessage());
            } finally {
                closed.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        boolean told = false;
        try {
            int code = run(workbench);
            told = code != DONE;
            return code;
        } catch (RuntimeException failed) {
            if (!goingDown()) throw failed;
            // What is closed below a command's feet fails in any way; that it was cancelled has been said.
            LOG.log(Level.DEBUG, "cancelled", failed);
            return CANCELLED;
        } finally {
            if (removed(interrupted)) close(workbench, told);
            else closed.await();
        }
    }

    private static boolean goingDown() {
        var probe = Thread.ofPlatform().unstarted(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
        } catch (IllegalStateException down) {
            return true;
        }
        return !removed(probe);
    }

    /// @param told whether the command has failed and said why
    private static void close(Workbench workbench, boolean told) {
        try {
            workbench.close();
        } catch (EspalierException unwritten) {
            if (!told) throw unwritten;
            LOG.log(Level.INFO, "told already", unwritten);
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
