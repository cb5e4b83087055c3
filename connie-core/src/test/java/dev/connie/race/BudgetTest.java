package dev.connie.race;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BudgetTest {
    private static int takeAll(Budget budget) {
        int taken = 0;
        while (budget.take()) {
            taken++;
        }
        return taken;
    }

    private static void races(Budget budget, int count) {
        for (int i = 0; i < count; i++) {
            budget.raceBegins();
        }
    }

    @Test
    void itStartsFull() {
        assertThat(takeAll(new Budget(0.1, 10))).isEqualTo(10);
    }

    @Test
    void eachRaceAddsItsShareExactly() {
        Budget budget = new Budget(0.1, 10);
        takeAll(budget);
        races(budget, 9);
        assertThat(budget.take()).isFalse();
        races(budget, 1);
        assertThat(takeAll(budget)).isEqualTo(1);
        races(budget, 25);
        assertThat(takeAll(budget)).isEqualTo(2);
        races(budget, 5);
        assertThat(takeAll(budget)).isEqualTo(1);
    }

    @Test
    void itHoldsNoMoreThanItsCapacity() {
        Budget budget = new Budget(1, 3);
        races(budget, 100);
        budget.giveBack();
        assertThat(takeAll(budget)).isEqualTo(3);
    }

    @Test
    void whatIsGivenBackCanBeTakenAgain() {
        Budget budget = new Budget(0.1, 10);
        takeAll(budget);
        budget.giveBack();
        assertThat(takeAll(budget)).isEqualTo(1);
    }

    @Test
    void withoutAShareThereIsNothing() {
        Budget budget = new Budget(0, 10);
        assertThat(budget.take()).isFalse();
        races(budget, 1_000);
        budget.giveBack();
        assertThat(budget.take()).isFalse();
    }
}
