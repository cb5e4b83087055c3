package dev.connie.internal.names;

import static java.net.StandardProtocolFamily.INET;
import static java.net.StandardProtocolFamily.INET6;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** When addresses are handed over, clause by clause. The letters are those of the table in docs/names.md. */
class ResolutionTest {
    private static final InetAddress FOUR = address("192.0.2.1");
    private static final InetAddress SIX = address("2001:db8::1");

    private final Resolution resolution = new Resolution(ms(50), UnaryOperator.identity());

    private static InetAddress address(String literal) {
        try {
            return InetAddress.getByName(literal);
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }

    private static long ms(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private void answered(long millis, StandardProtocolFamily family, InetAddress... addresses) {
        resolution.answered(family, List.of(addresses), ms(millis));
    }

    private List<InetAddress> take(long millis) {
        return resolution.take(ms(millis));
    }

    @Nested
    @DisplayName("RFC 8305, section 3: Hostname Resolution Query Handling")
    class Section3 {
        @Test
        @DisplayName("Q4: AAAA comes first: the race begins at once")
        void aaaaFirst() {
            answered(10, INET6, SIX);
            assertThat(take(10)).containsExactly(SIX);
        }

        @Test
        @DisplayName("Q4: A comes first: it waits for the Resolution Delay and no longer")
        void aFirst() {
            answered(10, INET, FOUR);
            assertThat(take(10)).isEmpty();
            assertThat(resolution.nanosUntilNextEvent(ms(10))).isEqualTo(ms(50));
            assertThat(take(59)).isEmpty();
            assertThat(resolution.nanosUntilNextEvent(ms(59))).isEqualTo(ms(1));
            assertThat(take(60)).containsExactly(FOUR);
        }

        @Test
        @DisplayName("Q4: AAAA comes within the delay: both begin the race, at once")
        void aaaaWithinTheDelay() {
            answered(10, INET, FOUR);
            answered(30, INET6, SIX);
            assertThat(resolution.nanosUntilNextEvent(ms(30))).isZero();
            assertThat(take(30)).containsExactly(SIX, FOUR);
        }

        @Test
        @DisplayName("Q5: a negative answer for AAAA ends the wait")
        void negativeAaaa() {
            answered(10, INET, FOUR);
            answered(20, INET6);
            assertThat(take(20)).containsExactly(FOUR);
        }

        @Test
        @DisplayName("Q5: a failed AAAA ends the wait")
        void failedAaaa() {
            answered(10, INET, FOUR);
            resolution.closed(INET6);
            assertThat(take(20)).containsExactly(FOUR);
        }

        @Test
        @DisplayName("Q5: AAAA was negative before A came: no wait")
        void negativeAaaaFirst() {
            answered(5, INET6);
            assertThat(resolution.nanosUntilNextEvent(ms(5))).isEqualTo(Long.MAX_VALUE);
            answered(10, INET, FOUR);
            assertThat(take(10)).containsExactly(FOUR);
        }

        @Test
        @DisplayName("Q5: a negative A does not begin the delay")
        void negativeAFirst() {
            answered(10, INET);
            assertThat(resolution.nanosUntilNextEvent(ms(10))).isEqualTo(Long.MAX_VALUE);
            answered(500, INET6, SIX);
            assertThat(take(500)).containsExactly(SIX);
            assertThat(resolution.isComplete()).isTrue();
        }

        @Test
        @DisplayName("Q3: it does not wait for the answer of the other family")
        void doesNotWaitForAll() {
            answered(10, INET6, SIX);
            assertThat(take(10)).containsExactly(SIX);
            assertThat(resolution.isComplete()).isFalse();
        }

        @Test
        @DisplayName("Q7: a late answer is due at once, whichever it is")
        void lateAnswers() {
            answered(10, INET6, SIX);
            assertThat(take(10)).containsExactly(SIX);
            answered(500, INET, FOUR);
            assertThat(take(500)).containsExactly(FOUR);
            assertThat(resolution.isComplete()).isTrue();
            assertThat(resolution.nanosUntilNextEvent(ms(500))).isEqualTo(Long.MAX_VALUE);
        }

        @Test
        @DisplayName("Q7: AAAA after the delay is late, and due at once")
        void lateAaaa() {
            answered(10, INET, FOUR);
            assertThat(take(60)).containsExactly(FOUR);
            answered(500, INET6, SIX);
            assertThat(take(500)).containsExactly(SIX);
        }

        @Test
        void theDelayIsRightWhenTheClockWraps() {
            long start = Long.MAX_VALUE - ms(20);
            resolution.answered(INET, List.of(FOUR), start);
            assertThat(resolution.take(start + ms(49))).isEmpty();
            assertThat(resolution.take(start + ms(50))).containsExactly(FOUR);
        }
    }

    @Nested
    @DisplayName("RFC 8305, section 4: Sorting Addresses")
    class Section4 {
        @Test
        @DisplayName("S1: what begins the race is sorted as one list")
        void sortedAsOne() {
            List<List<InetAddress>> sorted = new ArrayList<>();
            Resolution reversing = new Resolution(ms(50), addresses -> {
                sorted.add(addresses);
                List<InetAddress> reversed = new ArrayList<>(addresses);
                Collections.reverse(reversed);
                return reversed;
            });
            reversing.answered(INET, List.of(FOUR), ms(0));
            reversing.answered(INET6, List.of(SIX), ms(1));
            assertThat(reversing.take(ms(1))).containsExactly(FOUR, SIX);
            assertThat(sorted).hasSize(1);
        }
    }

    @Test
    void anAddressIsHandedOverOnce() {
        answered(0, INET6, SIX, SIX);
        assertThat(take(0)).containsExactly(SIX);
        resolution.offered(INET6, List.of(SIX), ms(1));
        assertThat(take(1)).isEmpty();
    }

    @Test
    void anOldAnswerIsJoinedByTheNewOne() {
        resolution.offered(INET, List.of(FOUR), ms(1800));
        resolution.offered(INET6, List.of(SIX), ms(1800));
        assertThat(take(1800)).containsExactly(SIX, FOUR);
        answered(1900, INET, address("192.0.2.2"));
        assertThat(take(1900)).containsExactly(address("192.0.2.2"));
        assertThat(resolution.isComplete()).isFalse();
    }

    @Test
    void thousandsOfAddressesAreNotLookedAt() {
        List<InetAddress> thousands = IntStream.range(0, 4_000)
                .mapToObj(i -> address("10.0." + i / 250 + "." + (1 + i % 250)))
                .toList();
        resolution.answered(INET6, List.of(), 0);
        resolution.answered(INET, thousands, 0);
        assertThat(take(0)).containsExactlyElementsOf(thousands.subList(0, Resolution.MAX_OF_A_FAMILY));
    }
}
