package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetransmissionTest {
    @Test
    void doublesItsInterval() {
        assertThat(seconds(Retransmission.DOUBLING)).containsExactly(0, 1, 3, 7, 15, 31, 63, 127);
    }

    @Test
    void isLinearAtFirstInANewerLinux() {
        // net.ipv4.tcp_syn_linear_timeouts = 4: four more intervals of a second after the first, then they double.
        assertThat(seconds(Retransmission.LINEAR)).containsExactly(0, 1, 2, 3, 4, 5, 7, 11);
    }

    private static int[] seconds(Retransmission retransmission) {
        return IntStream.range(0, 8)
                .map(i -> (int) (retransmission.nanosAfterStart(i) / 1_000_000_000))
                .toArray();
    }
}
