package dev.espalier.engine.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>();

    @Test
    void aSmallSearchDoesNotWaitForAllThatALargeOneAskedBefore() {
        for (int i = 0; i < 1000; i++) queue.add("large", "large " + i);
        queue.add("small", "small 0");
        queue.add("small", "small 1");
        var served = served();
        assertThat(served.indexOf("small 0")).isEqualTo(FairQueue.AT_ONCE);
        assertThat(served.indexOf("small 1")).isEqualTo(FairQueue.AT_ONCE + 1);
        assertThat(served).hasSize(1002);
    }

    @Test
    void requestsOfOneAskerKeepTheirOrder() {
        for (int i = 0; i < 40; i++) {
            queue.add("a", "a" + i);
            queue.add("b", "b" + i);
        }
        var served = served();
        for (var asker : List.of("a", "b")) {
            assertThat(served.stream().filter(request -> request.startsWith(asker)).toList())
                .isEqualTo(java.util.stream.IntStream.range(0, 40).mapToObj(i -> asker + i).toList());
        }
        assertThat(served.subList(0, FairQueue.AT_ONCE)).allMatch(request -> request.startsWith("a"));
        assertThat(served.subList(FairQueue.AT_ONCE, 2 * FairQueue.AT_ONCE)).allMatch(request -> request.startsWith("b"));
    }

    @Test
    void whoWaitsIsWokenAndWhatWaitsIsGivenBack() throws InterruptedException {
        queue.add("a", "first");
        assertThat(queue.take()).isEqualTo("first");
        queue.add("a", "second");
        queue.add("b", "third");
        assertThat(queue.drain()).containsExactly("second", "third");
        queue.wake();
        assertThat(queue.take()).isNull();
        assertThat(queue.poll()).isNull();
    }

    private List<String> served() {
        var served = new ArrayList<String>();
        for (var request = queue.poll(); request != null; request = queue.poll()) served.add(request);
        return served;
    }
}
