package dev.connie.benchmarks.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.connie.benchmarks.sim.Watch.Wanted;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchTest {
    private static final long SECOND = 1_000_000_000;
    private static final Watch AVOIDED = new Watch("dies", 0, 10 * SECOND, 200 * SECOND, Wanted.AVOIDED);
    private static final Watch USED = new Watch("recovers", 0, 10 * SECOND, 200 * SECOND, Wanted.USED);

    /** A call a second from 0 on, by the server that it tries first and connects to. */
    private final List<Outcome> outcomes = new ArrayList<>();

    private void calls(int count, int server) {
        for (int i = 0; i < count; i++) {
            int number = outcomes.size();
            outcomes.add(new Outcome(new Call(number, number * SECOND, 0, 0, 0), 1, true, server, server, 1, 1, 0, 1));
        }
    }

    @Test
    void aChangeIsNoticedByTheFirstCallFromWhichOnMostHeedIt() {
        calls(13, 0);
        calls(1, 1);
        calls(5, 0);
        calls(60, 1);

        assertThat(AVOIDED.nanosUntilNoticed(outcomes)).hasValue(9 * SECOND);
        assertThat(AVOIDED.otherwise(outcomes)).isEqualTo(8);
    }

    @Test
    void aFewExceptionsAreNoLapse() {
        calls(12, 0);
        calls(20, 1);
        calls(Watch.EXCEPTIONS, 0);
        calls(60, 1);

        assertThat(AVOIDED.nanosUntilNoticed(outcomes)).hasValue(2 * SECOND);
    }

    @Test
    void aRecoveryIsNoticedWhenItIsConnectedTo() {
        calls(40, 1);
        calls(60, 0);

        assertThat(USED.nanosUntilNoticed(outcomes)).hasValue(30 * SECOND);
        assertThat(USED.otherwise(outcomes)).isEqualTo(30);
    }

    @Test
    void whatComesBeforeTheChangeAndAfterTheNextDoesNotCount() {
        calls(10, 1);
        calls(190, 0);
        calls(100, 1);

        assertThat(AVOIDED.nanosUntilNoticed(outcomes)).isEmpty();
        assertThat(AVOIDED.otherwise(outcomes)).isEqualTo(190);
    }
}
