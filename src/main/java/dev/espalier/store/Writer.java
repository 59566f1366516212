package dev.espalier.store;

import dev.espalier.EspalierException;
import dev.espalier.store.FilePlace.Displacement;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The one thread that writes. Changes are collected for a tenth of a second and committed together, so that a killed
/// program loses less than half a second; questions (what needs an answer) are committed at once, after the changes before them.
///
/// Where a commit fails, its changes are kept with those that wait, further ones are refused with the reason, and [#retry]
/// goes on from there. Where the file is no longer in its place, what waits is still written to it, what it holds is rescued, and
/// everything further is refused.
final class Writer implements AutoCloseable {
    /// Something to write that nobody waits for.
    interface Change {
        void apply() throws SQLException;
    }

    /// Something to write whose answer is waited for.
    interface Question<T> {
        T answer() throws SQLException;
    }

    /// What belongs to every transaction. On the writing thread.
    interface Companion {
        /// First in a transaction, and once a second between transactions while something is watched.
        void begin() throws SQLException;

        /// Last in a batch of changes.
        void committing() throws SQLException;

        void committed();

        /// What was concluded in the transaction does not hold.
        void rolledBack();

        /// The last transaction of all, or of a file that nothing more can be written to.
        void end() throws SQLException;

        /// The file is no longer in its place: what was being written is given up.
        void displaced(EspalierException reason);

        /// Whether somebody counts on signs of life, and on being told within a second that the file is gone.
        boolean watched();

        /// Whether a sign of life is due.
        boolean due();
    }

    private sealed interface Job {}

    private record Kept(Change change, boolean urgent) implements Job {}

    private record Asked<T>(Question<T> question, CompletableFuture<T> answer) implements Job {}

    /// Of the queue, and of a batch. Small, so that even a program that has just started, on a busy machine, writes what waits
    /// in well under half a second; larger batches are hardly faster (docs/decisions/0021).
    static final int CAPACITY = 256;
    private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// How old the newest commit may get before it is forced from the operating system's cache to the disk.
    private static final long CHECKPOINT_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long WATCH_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final System.Logger LOG = System.getLogger(Writer.class.getName());

    private final Path file;
    private final Connection connection;
    private final Companion companion;
    private final FilePlace place;
    private final Mark mark;
    private final Rescue rescue;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final ArrayDeque<Job> queue = new ArrayDeque<>();
    private final List<Kept> batch = new ArrayList<>();
    private final Thread thread;
    private @Nullable EspalierException failure;
    private Consumer<EspalierException> onFailure = _ -> { };
    private boolean closing;
    /// Who hands something over waits until it is known that nothing more is taken.
    private boolean rescuing;
    private long unsyncedSince = -1;
    /// Told of a file that was displaced: it is rescued once.
    private @Nullable EspalierException rescued;
    /// For good: what SQLite holds of the file fits it no more.
    private boolean overwritten;

    /// @param connection used by the writing thread only; closed by [#close]
    Writer(Path file, FilePlace place, Mark mark, Connection connection, Companion companion) {
        this.file = file;
        this.place = place;
        this.mark = mark;
        this.rescue = new Rescue(file, connection);
        this.connection = connection;
        this.companion = companion;
        thread = Thread.ofPlatform().name("espalier-store").daemon().start(this::work);
    }

    // Callers

    /// Returns at once, or when there is room in the queue.
    ///
    /// @param urgent commit without waiting for more
    void write(boolean urgent, Change change) {
        put(new Kept(change, urgent));
    }

    <T> T ask(Question<T> question) {
        var answer = new CompletableFuture<T>();
        put(new Asked<>(question, answer));
        try {
            return answer.join();
        } catch (CompletionException e) {
            // Thrown anew so that the trace shows who asked.
            if (e.getCause() instanceof EspalierException told) throw new EspalierException(told.getMessage(), told);
            throw e;
        }
    }

    private void put(Job job) {
        lock.lock();
        try {
            while ((queue.size() >= CAPACITY || rescuing) && failure == null && !closing) room.awaitUninterruptibly();
            if (closing) throw new EspalierException("The database %s is closed.".formatted(file));
            if (failure != null) throw new EspalierException(failure.getMessage(), failure);
            queue.add(job);
            arrived.signal();
        } finally {
            lock.unlock();
        }
    }

    @Nullable EspalierException failure() {
        lock.lock();
        try {
            return failure;
        } finally {
            lock.unlock();
        }
    }

    void onFailure(Consumer<EspalierException> listener) {
        lock.lock();
        try {
            onFailure = listener;
        } finally {
            lock.unlock();
        }
    }

    /// Tries again to write what was kept.
    void retry() {
        lock.lock();
        try {
            failure = null;
            arrived.signal();
        } finally {
            lock.unlock();
        }
        ask(() -> true);
    }

    /// Writes what waits.
    ///
    /// @throws EspalierException where that is not possible; the connection is closed all the same
    @Override
    public void close() {
        lock.lock();
        try {
            if (closing) return;
            closing = true;
            failure = null;
            arrived.signal();
            room.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) Thread.currentThread().interrupt();
        var lost = failure();
        if (lost != null) throw lost;
    }

    // The writing thread

    private void work() {
        try (connection) {
            while (true) {
                var asked = collect();
                var displacement = displacement();
                if (displacement != null) {
                    fail(rescued(displacement));
                } else {
                    rescued = null;
                    if (!batch.isEmpty()) writeBatch();
                }
                var failed = displacement != null ? rescued : failure();
                if (failed != null) {
                    if (asked != null) asked.answer.completeExceptionally(failed);
                    if (!waitForRetry()) return;
                } else if (asked != null) {
                    answer(asked);
                } else if (over()) {
                    end();
                    return;
                } else if (companion.watched()) {
                    watch();
                }
                checkpointWhenDue();
            }
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "closing " + file, e);
        } finally {
            if (!over()) refuse(new EspalierException("Nothing more can be stored in %s: its writer has stopped. Start Espalier again; the log says why.".formatted(file)));
        }
    }

    private @Nullable Displacement displacement() {
        if (overwritten) return new Displacement.Overwritten();
        var displacement = place.displacement();
        if (displacement == null && mark.overwritten()) displacement = new Displacement.Overwritten();
        overwritten = displacement instanceof Displacement.Overwritten;
        return displacement;
    }

    private boolean over() {
        lock.lock();
        try {
            return closing && queue.isEmpty() && batch.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /// Moves changes into the batch until its time has come, or a question comes up, which is returned.
    private @Nullable Asked<?> collect() {
        lock.lock();
        try {
            long deadline = batch.isEmpty() ? Long.MAX_VALUE : System.nanoTime();
            while (true) {
                while (!queue.isEmpty() && batch.size() < CAPACITY) {
                    switch (queue.poll()) {
                        case Asked<?> asked -> {
                            room.signalAll();
                            return asked;
                        }
                        case Kept kept -> {
                            if (batch.isEmpty()) deadline = System.nanoTime() + COLLECT_NANOS;
                            if (kept.urgent) deadline = System.nanoTime();
                            batch.add(kept);
                        }
                    }
                }
                room.signalAll();
                if (closing || batch.size() >= CAPACITY) return null;
                long wait = batch.isEmpty() ? idle() : deadline - System.nanoTime();
                if (wait <= 0) return null;
                if (arrived.awaitNanos(wait) <= 0 && batch.isEmpty()) return null;
            }
        } catch (InterruptedException _) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    private long idle() {
        if (companion.watched()) return WATCH_NANOS;
        return unsyncedSince < 0 ? Long.MAX_VALUE : CHECKPOINT_NANOS;
    }

    private void writeBatch() {
        try {
            applyBatch(() -> { });
        } catch (SQLException e) {
            fail(DatabaseError.of(file, e));
        } catch (RuntimeException e) {
            fail(new EspalierException("Nothing more can be stored in %s because of a fault in Espalier. What was stored is safe; please report the log.".formatted(file), e));
        }
    }

    private void applyBatch(Change last) throws SQLException {
        transaction(() -> {
            for (var kept : batch) kept.change.apply();
            companion.committing();
            last.apply();
            return true;
        });
        batch.clear();
    }

    /// Between transactions.
    private void watch() {
        try {
            if (companion.due()) transaction(() -> true);
            else companion.begin();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "no sign of life in " + file + "; tried again later", e);
        }
    }

    private void end() {
        if (!companion.watched()) return;
        try {
            transaction(() -> {
                companion.end();
                return true;
            });
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "the runs of " + file + " stay marked as running until this program has ended", e);
        }
    }

    /// Writes what waits to the file that is open, wherever it is now, and keeps what is in it.
    private EspalierException rescued(Displacement displacement) {
        if (rescued != null) return rescued;
        boolean written = false;
        takeWaiting();
        try {
            if (overwritten) rescue.leaveTheFile();
            applyBatch(companion::end);
            written = true;
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.WARNING, "what waited could not be written to the displaced " + file, e);
        }
        // SQLite copies nothing while statements are open.
        companion.rolledBack();
        rescued = rescue.from(displacement, written);
        companion.displaced(rescued);
        return rescued;
    }

    private void takeWaiting() {
        lock.lock();
        try {
            queue.removeIf(job -> job instanceof Kept kept && batch.add(kept));
            rescuing = true;
        } finally {
            lock.unlock();
        }
    }

    private <T> void answer(Asked<T> asked) {
        try {
            var answer = transaction(asked.question);
            asked.answer.complete(answer);
        } catch (SQLException e) {
            asked.answer.completeExceptionally(DatabaseError.of(file, e));
        } catch (RuntimeException e) {
            asked.answer.completeExceptionally(e);
        }
    }

    private <T> T transaction(Question<T> work) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            boolean committed = false;
            try {
                companion.begin();
                var answer = work.answer();
                mark.move();
                statement.execute("COMMIT");
                committed = true;
                companion.committed();
                if (unsyncedSince < 0) unsyncedSince = System.nanoTime();
                return answer;
            } finally {
                if (!committed) rollBack();
            }
        }
    }

    private void rollBack() {
        companion.rolledBack();
        try (var statement = connection.createStatement()) {
            statement.execute("ROLLBACK");
        } catch (SQLException e) {
            // SQLite itself rolls back after some errors (a full disk); there is nothing to take back then.
            LOG.log(Level.DEBUG, "rolling back " + file, e);
        }
    }

    private void fail(EspalierException reason) {
        LOG.log(Level.ERROR, reason.getMessage(), reason);
        refuse(reason).accept(reason);
    }

    /// Nothing more is taken. Who waits for an answer gets the reason.
    ///
    /// @return who is to be told
    private Consumer<EspalierException> refuse(EspalierException reason) {
        lock.lock();
        try {
            if (failure == null) failure = reason;
            rescuing = false;
            queue.removeIf(job -> {
                if (!(job instanceof Asked<?> asked)) return false;
                asked.answer.completeExceptionally(reason);
                return true;
            });
            room.signalAll();
            return onFailure;
        } finally {
            lock.unlock();
        }
    }

    /// @return false where the store is closed instead
    private boolean waitForRetry() {
        lock.lock();
        try {
            // Closing takes the failure back for one last try, which may have come between the failure and here.
            if (closing) return failure == null;
            while (failure != null) arrived.awaitUninterruptibly();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Commits survive the program's death at once; the machine's death they survive from the next checkpoint on, which syncs the disk.
    private void checkpointWhenDue() {
        if (overwritten || unsyncedSince < 0 || System.nanoTime() - unsyncedSince < CHECKPOINT_NANOS) return;
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "checkpoint of " + file + "; tried again later", e);
        }
        unsyncedSince = -1;
    }
}
