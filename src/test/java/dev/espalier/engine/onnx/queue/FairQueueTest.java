package dev.espalier.engine.onnx.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FairQueueTest {
    private final FairQueue<String> queue = new FairQueue<>(2, 1);

    @Test
    void aSmallSearchDoesNotWaitForAllEarlierRequestsOfALargeOne() {
        for (int i = 0; i < 1000; i++) queue.add("large", "large " + i);
        queue.add("small", "small 0");
        queue.add("small", "small 1");
        var served = served();
        assertThat(served.indexOf("small 0")).isEqualTo(FairQueue.ROUND_SIZE);
        assertThat(served.indexOf("small 1")).isEqualTo(FairQueue.ROUND_SIZE + 1);
        assertThat(served).hasSize(1002);
    }

    @Test
    void requestsOfOneRequesterKeepTheirOrder() {
        for (int i = 0; i < 40; i++) {
            queue.add("a", "a" + i);
            queue.add("b", "b" + i);
        }
        var served = served();
        for (var requester : List.of("a", "b")) {
            assertThat(served.stream()
                            .filter(request -> request.startsWith(requester))
                            .toList())
                    .isEqualTo(java.util.stream.IntStream.range(0, 40)
                            .mapToObj(i -> requester + i)
                            .toList());
        }
        assertThat(served.subList(0, FairQueue.ROUND_SIZE)).allMatch(request -> request.startsWith("a"));
        assertThat(served.subList(FairQueue.ROUND_SIZE, 2 * FairQueue.ROUND_SIZE))
                .allMatch(request -> request.startsWith("b"));
    }

    @Test
    void drainReturnsWaitingRequestsAndWakeStopsBlocking() throws InterruptedException {
        queue.add("a", "first");
        assertThat(queue.take(0, _ -> true)).isEqualTo("first");
        queue.add("a", "second");
        queue.add("b", "third");
        assertThat(queue.drain()).containsExactly("second", "third");
        queue.wake();
        assertThat(queue.take(0, _ -> true)).isNull();
        assertThat(queue.poll(0, 0, _ -> true)).isNull();
    }

    @Test
    void aWorkerThatHoldsMoreLeavesTheOtherEnoughToCatchUp() {
        for (int i = 0; i < 4; i++) queue.add("a", "a" + i);
        assertThat(queue.poll(0, 0, _ -> true)).isEqualTo("a0");
        assertThat(queue.poll(0, 1, _ -> true)).isEqualTo("a1");
        assertThat(queue.poll(0, 2, _ -> true))
                .as("two are left, and the other worker holds none")
                .isNull();
        assertThat(queue.poll(1, 0, _ -> true)).isEqualTo("a2");
        assertThat(queue.poll(1, 1, _ -> true)).isEqualTo("a3");
    }

    @Test
    void anotherWorkerIsActiveOnlyIfThereAreEnoughRequests() {
        var few = new FairQueue<String>(2, 3);
        for (int i = 0; i < 5; i++) few.add("a", "a" + i);
        assertThat(few.poll(1, 0, _ -> true)).as("five are not enough for two").isNull();
        for (int i = 0; i < 2; i++) assertThat(few.poll(0, i, _ -> true)).isEqualTo("a" + i);
        few.add("a", "a5");
        assertThat(few.poll(1, 0, _ -> true)).as("six are, two of them held").isEqualTo("a2");
        assertThat(few.poll(0, 2, _ -> true)).isEqualTo("a3");
    }

    @Test
    void aRequestThatIsNotReadyKeepsItsTurnAndBlocksNoOther() {
        for (var requester : List.of("a", "b")) for (int i = 0; i < 2; i++) queue.add(requester, requester + i);
        assertThat(queue.poll(1, 0, request -> !request.startsWith("a"))).isEqualTo("b0");
        assertThat(queue.poll(1, 0, _ -> true)).isEqualTo("a0");
        assertThat(queue.poll(1, 0, request -> !request.startsWith("b"))).isEqualTo("a1");
        assertThat(queue.poll(1, 0, request -> !request.startsWith("b"))).isNull();
    }

    private List<String> served() {
        var served = new ArrayList<String>();
        for (var request = queue.poll(0, 0, _ -> true); request != null; request = queue.poll(0, 0, _ -> true))
            served.add(request);
        return served;
    }
}
