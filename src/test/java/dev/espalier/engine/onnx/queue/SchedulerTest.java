package dev.espalier.engine.onnx.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.espalier.engine.device.DeviceException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SchedulerTest {
    private static void assertSays(Throwable broken, String sentence) {
        try (var scheduler = new Scheduler<CompletableFuture<String>>("small", 2, 1, future -> future, _ -> "", _ -> {
            if (broken instanceof Error error) throw error;
            throw (RuntimeException) broken;
        })) {
            var request = new CompletableFuture<String>();
            scheduler.add(request);
            assertThatThrownBy(() -> request.orTimeout(1, TimeUnit.MINUTES).join())
                    .hasMessageContaining(sentence);
            assertThat(scheduler.stopped()).isTrue();
        }
    }

    @Test
    void aModelThatStopsFailsWaitingRequestsWithTheReason() {
        assertSays(
                new DeviceException(
                        "762 MiB of memory are needed and not available; close other programs, or choose a smaller model or context"),
                "The model small stopped: 762 MiB of memory are needed and not available; close other programs, or choose a smaller model or context.");
        assertSays(
                new DeviceException("std::bad_alloc"),
                "The model small stopped: std::bad_alloc; there was not enough memory: close other programs");
        assertSays(
                new OutOfMemoryError("Java heap space"),
                "The model small stopped: Java ran out of memory; start Espalier with more (java -Xmx)");
        assertSays(
                new IllegalStateException("odd"),
                "The model small stopped: an internal error (java.lang.IllegalStateException: odd); try again, the log says more.");
    }
}
