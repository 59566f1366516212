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

/// The thread that writes. Collects changes for a tenth of a second and commits them together, so that a killed program
/// loses less than half a second. Commits a question, whose caller waits, at once, after the changes before it.
///
/// If a commit fails, keeps its changes with the waiting ones, refuses further ones with the reason, and continues at
/// [#retry]. If the file was displaced, writes waiting changes to it, rescues its content and refuses further changes.
final class Writer implements AutoCloseable {
    /// A write without a waiting caller.
    interface Change {
        void apply() throws SQLException;
    }

    /// A write whose caller waits for the answer.
    interface Question<T> {
        T answer() throws SQLException;
    }

    /// Actions that belong to every transaction. Runs on the writing thread.
    interface Companion {
        /// First in a transaction; also once a second between transactions while [#watched].
        void begin() throws SQLException;

        /// Last in a batch of changes.
        void committing() throws SQLException;

        void committed();

        /// After a rollback: discard what the transaction concluded.
        void rolledBack();

        /// In the last transaction, also of a file that becomes unwritable.
        void end() throws SQLException;

        /// The file was displaced: give up the searches in progress.
        void displaced(EspalierException reason);

        /// Whether heartbeats are needed and a displaced file must be noticed within a second.
        boolean watched();

        /// Whether a heartbeat is due.
        boolean due();
    }

    private sealed interface Job {}

    private record QueuedChange(Change change, boolean urgent) implements Job {}

    private record QueuedQuestion<T>(Question<T> question, CompletableFuture<T> answer) implements Job {}

    /// Size of the queue and of a batch. Small, so that even a program that has just started on a busy machine
    /// writes waiting changes in well under half a second; larger batches are hardly faster (decision 0021).
    static final int CAPACITY = 256;
    private static final long COLLECT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /// Maximum age of the newest commit before it is forced from the operating system's cache to the disk.
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
    private final List<QueuedChange> batch = new ArrayList<>();
    private final Thread thread;
    private @Nullable EspalierException failure;
    private Consumer<EspalierException> onFailure = _ -> {};
    private boolean closing;
    /// While true, callers of [#put] wait until the outcome is known.
    private boolean rescuing;
    private long unsyncedSince = -1;
    /// The reason given for a displaced file, which is rescued once.
    private @Nullable EspalierException rescued;
    /// Permanent: SQLite's memory no longer matches the file.
    private boolean overwritten;

    /// @param connection for the writing thread only; [#close] closes it
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

    /// Queues a change. Waits only for room in the queue.
    ///
    /// @param urgent commit without waiting for more
    void write(boolean urgent, Change change) {
        put(new QueuedChange(change, urgent));
    }

    <T> T ask(Question<T> question) {
        var answer = new CompletableFuture<T>();
        put(new QueuedQuestion<>(question, answer));
        try {
            return answer.join();
        } catch (CompletionException e) {
            // Throw a new one, so that the trace shows the caller.
            if (e.getCause() instanceof EspalierException reported)
                throw new EspalierException(reported.getMessage(), reported);
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

    @Nullable
    EspalierException failure() {
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

    /// Writes the kept changes again.
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

    /// Writes waiting changes, then closes.
    ///
    /// @throws EspalierException if that fails; the connection is closed anyway
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
                var question = collect();
                var displacement = displacement();
                if (displacement != null) {
                    fail(rescued(displacement));
                } else {
                    rescued = null;
                    if (!batch.isEmpty()) writeBatch();
                }
                var failed = displacement != null ? rescued : failure();
                if (failed != null) {
                    if (question != null) question.answer.completeExceptionally(failed);
                    if (!waitForRetry()) return;
                } else if (question != null) {
                    answer(question);
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
            if (!over())
                refuse(new EspalierException(
                        "Nothing more can be stored in %s: its writer has stopped. Start Espalier again; the log says why."
                                .formatted(file)));
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

    /// Moves changes into the batch until it is due or a question arrives.
    ///
    /// @return the question, null for none
    private @Nullable QueuedQuestion<?> collect() {
        lock.lock();
        try {
            long deadline = batch.isEmpty() ? Long.MAX_VALUE : System.nanoTime();
            while (true) {
                while (!queue.isEmpty() && batch.size() < CAPACITY) {
                    switch (queue.poll()) {
                        case QueuedQuestion<?> question -> {
                            room.signalAll();
                            return question;
                        }
                        case QueuedChange queued -> {
                            if (batch.isEmpty()) deadline = System.nanoTime() + COLLECT_NANOS;
                            if (queued.urgent) deadline = System.nanoTime();
                            batch.add(queued);
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
            applyBatch(() -> {});
        } catch (SQLException e) {
            fail(DatabaseError.of(file, e));
        } catch (RuntimeException e) {
            fail(new EspalierException(
                    "Nothing more can be stored in %s because of an error in Espalier. Stored results are safe; please report the log."
                            .formatted(file),
                    e));
        }
    }

    private void applyBatch(Change last) throws SQLException {
        transaction(() -> {
            for (var queued : batch) queued.change.apply();
            companion.committing();
            last.apply();
            return true;
        });
        batch.clear();
    }

    /// Runs between transactions.
    private void watch() {
        try {
            if (companion.due()) transaction(() -> true);
            else companion.begin();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "no heartbeat in " + file + "; will retry", e);
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

    /// Writes waiting changes to the open file, wherever it is now, and saves its content.
    private EspalierException rescued(Displacement displacement) {
        if (rescued != null) return rescued;
        boolean written = false;
        takeWaiting();
        try {
            if (overwritten) rescue.leaveTheFile();
            applyBatch(companion::end);
            written = true;
        } catch (SQLException | RuntimeException e) {
            LOG.log(Level.WARNING, "could not write waiting changes to the displaced " + file, e);
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
            queue.removeIf(job -> job instanceof QueuedChange queued && batch.add(queued));
            rescuing = true;
        } finally {
            lock.unlock();
        }
    }

    private <T> void answer(QueuedQuestion<T> question) {
        try {
            var answer = transaction(question.question);
            question.answer.complete(answer);
        } catch (SQLException e) {
            question.answer.completeExceptionally(DatabaseError.of(file, e));
        } catch (RuntimeException e) {
            question.answer.completeExceptionally(e);
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
            // SQLite itself rolls back after some errors (a full disk); ROLLBACK then fails.
            LOG.log(Level.DEBUG, "rolling back " + file, e);
        }
    }

    private void fail(EspalierException reason) {
        LOG.log(Level.ERROR, reason.getMessage(), reason);
        refuse(reason).accept(reason);
    }

    /// Refuses further changes. Waiting callers receive the reason.
    ///
    /// @return the listener to notify
    private Consumer<EspalierException> refuse(EspalierException reason) {
        lock.lock();
        try {
            if (failure == null) failure = reason;
            rescuing = false;
            queue.removeIf(job -> {
                if (!(job instanceof QueuedQuestion<?> question)) return false;
                question.answer.completeExceptionally(reason);
                return true;
            });
            room.signalAll();
            return onFailure;
        } finally {
            lock.unlock();
        }
    }

    /// @return false if the store was closed instead
    private boolean waitForRetry() {
        lock.lock();
        try {
            // Closing clears the failure for a last attempt, possibly between the failure and this line.
            if (closing) return failure == null;
            while (failure != null) arrived.awaitUninterruptibly();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// A commit survives the program's end at once; it survives a power failure after the next checkpoint, which
    /// syncs the disk.
    private void checkpointWhenDue() {
        if (overwritten || unsyncedSince < 0 || System.nanoTime() - unsyncedSince < CHECKPOINT_NANOS) return;
        try (var statement = connection.createStatement()) {
            statement.execute("PRAGMA wal_checkpoint(PASSIVE)");
        } catch (SQLException e) {
            LOG.log(Level.WARNING, "checkpoint of " + file + "; will retry", e);
        }
        unsyncedSince = -1;
    }
}
