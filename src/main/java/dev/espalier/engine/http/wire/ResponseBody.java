package dev.espalier.engine.http.wire;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/// A response body while it arrives, read line by line with limits on silence and size. Closing it early closes the
/// connection, which tells the server to stop.
final class ResponseBody implements HttpResponse.BodySubscriber<ResponseBody>, AutoCloseable {
    private sealed interface Signal {
        record Bytes(byte[] bytes) implements Signal {}

        record End() implements Signal {}

        record Broken() implements Signal {}
    }

    private final Time time;
    private final Allowance allowance;
    private final BlockingQueue<Signal> signals = new LinkedBlockingQueue<>();
    private final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private byte[] pending = {};
    private int at;
    private long read;
    private boolean ended;

    ResponseBody(Time time, Allowance allowance) {
        this.time = time;
        this.allowance = allowance;
    }

    @Override
    public CompletionStage<ResponseBody> getBody() {
        return CompletableFuture.completedStage(this);
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription.complete(given);
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        var bytes = new ByteArrayOutputStream();
        for (var buffer : buffers) {
            var piece = new byte[buffer.remaining()];
            buffer.get(piece);
            bytes.writeBytes(piece);
        }
        signals.add(new Signal.Bytes(bytes.toByteArray()));
    }

    @Override
    public void onError(Throwable cause) {
        signals.add(new Signal.Broken());
    }

    @Override
    public void onComplete() {
        signals.add(new Signal.End());
    }

    /// The next line without its line end; null at the end of the body.
    ///
    /// @param silence longest wait for further bytes
    /// @param until   the clock's time at which the request is too late
    @Nullable
    String line(Duration silence, long until) throws Failure, InterruptedException {
        while (true) {
            for (; at < pending.length; at++) {
                if (pending[at] == '\n') {
                    at++;
                    return take();
                }
                if (pending[at] != '\r') line.write(pending[at]);
                if (line.size() > allowance.document()) throw tooLong(allowance.document());
            }
            if (ended || !more(silence, until)) return line.size() > 0 ? take() : null;
        }
    }

    private String take() {
        var text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        return text;
    }

    /// The rest of the body with its line ends, as one document.
    String rest(Duration silence, long until) throws Failure, InterruptedException {
        var text = new StringBuilder();
        for (var next = line(silence, until); next != null; next = line(silence, until)) {
            text.append(next).append('\n');
            if (text.length() > allowance.document()) throw tooLong(allowance.document());
        }
        return text.toString();
    }

    /// The first bytes of the rest of the body.
    String beginning(int bytes, Duration silence, long until) throws Failure, InterruptedException {
        var text = new ByteArrayOutputStream();
        do {
            text.write(pending, at, Math.min(pending.length - at, bytes - text.size()));
            at = pending.length;
        } while (text.size() < bytes && !ended && more(silence, until));
        return text.toString(StandardCharsets.UTF_8);
    }

    private static Failure tooLong(long bytes) {
        return new Failure(
                Failure.Kind.FINAL, "sends more than %s, which exceeds the request".formatted(Allowance.words(bytes)));
    }

    private boolean more(Duration silence, long until) throws Failure, InterruptedException {
        long left = until - time.now();
        var signal = time.poll(signals, time.now() + Math.min(silence.toNanos(), Math.max(0, left)));
        return switch (signal) {
            case null ->
                throw new Failure(
                        Failure.Kind.AGAIN,
                        left <= silence.toNanos()
                                ? "exceeded the time limit of a request"
                                : "sent nothing for " + words(silence));
            case Signal.Bytes(var bytes) -> {
                pending = bytes;
                at = 0;
                read += bytes.length;
                if (read > allowance.bytes()) throw tooLong(allowance.bytes());
                subscription.join().request(1);
                yield true;
            }
            case Signal.End() -> {
                ended = true;
                yield false;
            }
            case Signal.Broken() ->
                throw new Failure(Failure.Kind.AGAIN, "closed the connection in the middle of its answer");
        };
    }

    static String words(Duration time) {
        return time.toSeconds() > 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
    }

    @Override
    public void close() {
        // Safe once the body has ended; the connection then serves the next request.
        var _ = subscription.thenAccept(Flow.Subscription::cancel);
    }
}
