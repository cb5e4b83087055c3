package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeededRandomTest {
    private static List<Double> some(SeededRandom chance, long nowNanos) {
        return DoubleStream.generate(() -> chance.next(nowNanos))
                .limit(5)
                .boxed()
                .toList();
    }

    @Test
    void theNumbersAreThoseOfSplitMix64() {
        // From java.util.SplittableRandom(42), which is the same algorithm.
        SplittableRandom reference = new SplittableRandom(42);
        assertThat(some(new SeededRandom(42L), 0))
                .isEqualTo(LongStream.generate(reference::nextLong)
                        .limit(5)
                        .mapToObj(bits -> (bits >>> 11) * 0x1.0p-53)
                        .toList());
    }

    @Test
    void theSameSeedGivesTheSameWhateverTheTime() {
        assertThat(some(new SeededRandom(7L), 1)).isEqualTo(some(new SeededRandom(7L), 2));
        assertThat(some(new SeededRandom(7L), 1)).isNotEqualTo(some(new SeededRandom(8L), 1));
    }

    @Test
    void withoutASeedTheTimeOfTheFirstUseDecides() {
        assertThat(some(new SeededRandom(null), 7)).isEqualTo(some(new SeededRandom(7L), 0));
        assertThat(some(new SeededRandom(null), 7)).isNotEqualTo(some(new SeededRandom(null), 8));
    }

    @Test
    void theNumbersAreFromZeroToBelowOneAndSpread() {
        SeededRandom chance = new SeededRandom(1L);
        int[] tenths = new int[10];
        for (int i = 0; i < 10_000; i++) {
            double next = chance.next(0);
            assertThat(next).isGreaterThanOrEqualTo(0).isLessThan(1);
            tenths[(int) (next * 10)]++;
        }
        for (int tenth : tenths) {
            assertThat(tenth).isBetween(850, 1_150);
        }
    }
}
