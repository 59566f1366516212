package dev.espalier.cli;

import dev.espalier.EspalierException;
import dev.espalier.experiment.Workbench;
import java.lang.System.Logger.Level;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Mixin;

/// A command that uses a workbench. On an interrupt (Ctrl+C) it cancels running work and stores what is finished before
/// the process ends.
abstract class EspalierCommand implements Callable<Integer> {
    private static final System.Logger LOG = System.getLogger(EspalierCommand.class.getName());
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE_ERROR = 2;
    static final int CANCELLED = 130;

    @Mixin
    CommonOptions common = new CommonOptions();

    Console console = new Console(System.out, System.err, Console.onTerminal());

    abstract int run(Workbench workbench) throws InterruptedException;

    @Override
    public Integer call() throws InterruptedException {
        var workbench = common.open();
        var closed = new CountDownLatch(1);
        var interrupted = Thread.ofPlatform().unstarted(() -> {
            console.message(
                    "Cancelled. Finished work is stored. To resume, repeat the command (a run with --resume), or open the search in the window.");
            try {
                workbench.close();
            } catch (EspalierException unwritten) {
                console.message(unwritten.getMessage());
            } finally {
                closed.countDown();
            }
        });
        Runtime.getRuntime().addShutdownHook(interrupted);
        boolean reported = false;
        try {
            int code = run(workbench);
            reported = code != DONE;
            return code;
        } catch (RuntimeException failed) {
            if (!shuttingDown()) throw failed;
            // Closing the workbench makes the command fail in arbitrary ways. The message above has
            // reported the cancellation.
            LOG.log(Level.DEBUG, "cancelled", failed);
            return CANCELLED;
        } finally {
            if (removeHook(interrupted)) close(workbench, reported);
            else closed.await();
        }
    }

    private static boolean shuttingDown() {
        var probe = Thread.ofPlatform().unstarted(() -> {});
        try {
            Runtime.getRuntime().addShutdownHook(probe);
        } catch (IllegalStateException down) {
            return true;
        }
        return !removeHook(probe);
    }

    /// @param reported true if the command failed and has said why
    private static void close(Workbench workbench, boolean reported) {
        try {
            workbench.close();
        } catch (EspalierException unwritten) {
            if (!reported) throw unwritten;
            LOG.log(Level.INFO, "already reported", unwritten);
        }
    }

    private static boolean removeHook(Thread hook) {
        try {
            return Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException alreadyGoingDown) {
            return false;
        }
    }
}
