package dev.espalier.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(OS.WINDOWS)
class PermissionsTest {
    @TempDir
    Path root;

    private static String permissions(Path path) throws Exception {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void onlyItsOwnerReadsADatabaseAndItsFiles() throws Exception {
        var folder = root.resolve("new/folder");
        var told = new CompletableFuture<Void>();
        var store = RunStore.open(folder.resolve("runs.db"));
        store.hold(store.createRun(Logs.run("run")));
        for (var name : new String[] {"runs.db", "runs.db-wal", "runs.db-shm"})
            assertThat(permissions(folder.resolve(name))).as(name).isEqualTo("rw-------");
        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(permissions(folder.getParent())).isEqualTo("rwx------");
        store.onFailure(_ -> told.complete(null));
        Files.delete(folder.resolve("runs.db"));
        told.get(30, TimeUnit.SECONDS);
        assertThat(permissions(folder.resolve("runs-rescued.db"))).isEqualTo("rw-------");
    }

    @Test
    void permissionsSetByTheUserStay() throws Exception {
        var db = root.resolve("shared.db");
        RunStore.open(db).close();
        Files.setPosixFilePermissions(db, PosixFilePermissions.fromString("rw-rw----"));
        RunStore.open(db).close();
        assertThat(permissions(db)).isEqualTo("rw-rw----");
    }
}
