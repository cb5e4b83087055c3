package dev.connie.benchmarks.sim;

import dev.connie.benchmarks.sim.EventQueue.Rank;
import dev.connie.benchmarks.sim.Observer.Event;
import dev.connie.race.Attempt;
import dev.connie.race.Race;
import java.io.IOException;
import java.net.ConnectException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Drives one {@link Race} over the simulated network. The drivers of the library in small: it tells the race what the
 * network did, in the order of the attempts' starts, starts what is due, and sleeps as long as the race lets it.
 */
final class SimulatedRace {
    /** One for all: a trace for every refusal would be most of what a run costs. */
    private static final IOException REFUSED = new ConnectException("Connection refused");

    private static final long ASLEEP_FOR_EVER = -1;

    /** The Connection Attempt Delay that RFC 8305, section 8, recommends: what starts sooner is early. */
    private static final long EARLY_NANOS = 250_000_000;

    private static final class Flight {
        final Attempt attempt;
        final Server server;
        final long number;
        final long startNanos;
        final boolean holdsPermit;
        int transmissions;
        boolean answered;
        boolean over;

        Flight(Attempt attempt, Server server, long number, long startNanos, boolean holdsPermit) {
            this.attempt = attempt;
            this.server = server;
            this.number = number;
            this.startNanos = startNanos;
            this.holdsPermit = holdsPermit;
        }
    }

    private final Simulation simulation;
    private final Simulation.Client client;
    private final Call call;
    private final Race race;
    private final List<Flight> flights = new ArrayList<>(2);
    private long wakeNanos = ASLEEP_FOR_EVER;
    // An attempt failed since the latest start: the next one takes its place.
    private boolean pulled;
    private boolean ended;
    private @Nullable Flight winner;

    SimulatedRace(Simulation simulation, Simulation.Client client, Call call, Race race) {
        this.simulation = simulation;
        this.client = client;
        this.call = call;
        this.race = race;
    }

    /** Starts what is due, then sleeps until there is something to do, or ends. */
    void proceed() {
        startDue();
        if (winner != null || !race.isRunning(clock())) {
            end();
            return;
        }
        long sleepNanos = race.nanosUntilNextEvent(clock());
        if (sleepNanos == Long.MAX_VALUE) {
            wakeNanos = ASLEEP_FOR_EVER;
        } else {
            wakeAt(now() + sleepNanos);
        }
    }

    private void wakeAt(long nanos) {
        if (nanos == wakeNanos) {
            return;
        }
        wakeNanos = nanos;
        simulation.queue.schedule(nanos, Rank.WAKE, call.number(), () -> {
            // Else it was put off, or the race is over.
            if (!ended && wakeNanos == nanos) {
                wakeNanos = ASLEEP_FOR_EVER;
                proceed();
            }
        });
    }

    private void startDue() {
        while (true) {
            Attempt attempt = race.startNext(clock());
            if (attempt == null) {
                return;
            }
            boolean isExtra = race.attemptsInFlight() > 1;
            if (isExtra && client.extraAttemptsLeft == 0) {
                race.postpone(attempt, clock());
                return;
            }
            client.extraAttemptsLeft -= isExtra ? 1 : 0;
            Server server = simulation.server(attempt.address());
            Flight flight = new Flight(attempt, server, simulation.nextAttempt(), now(), isExtra);
            flights.add(flight);
            tell(isExtra && !pulled ? extraStart() : Event.START, flight);
            pulled = false;
            transmit(flight);
        }
    }

    private Event extraStart() {
        Flight previous = flights.get(flights.size() - 2);
        return now() - previous.startNanos < EARLY_NANOS ? Event.EARLY_START : Event.EXTRA_START;
    }

    private void transmit(Flight flight) {
        var answer = simulation.network.send(flight.server, call, flight.transmissions, now());
        flight.transmissions++;
        if (answer != null) {
            flight.answered |= answer.connected();
            simulation.queue.schedule(
                    answer.nanos(), Rank.ANSWER, flight.number, () -> hear(flight, answer.connected()));
        }
        long againNanos = flight.startNanos + Network.nanosAfterStart(flight.transmissions);
        if (answer == null || againNanos < answer.nanos()) {
            simulation.queue.schedule(againNanos, Rank.RETRANSMISSION, flight.number, () -> {
                if (!flight.over) {
                    tell(Event.RETRANSMISSION, flight);
                    transmit(flight);
                }
            });
        }
    }

    private void hear(Flight flight, boolean connected) {
        if (flight.over) {
            return;
        }
        if (connected) {
            race.connected(flight.attempt, clock());
            simulation.network.connected(flight.server, now());
            winner = flight;
            over(flight, Event.WON);
            end();
        } else {
            race.failed(flight.attempt, REFUSED, clock());
            pulled = true;
            over(flight, Event.FAILED);
            // Not at once: what else the network does at this moment comes first.
            wakeAt(now());
        }
    }

    private void end() {
        ended = true;
        if (winner == null) {
            race.abandon(clock());
        }
        int syns = 0;
        int discarded = 0;
        for (Flight flight : flights) {
            if (!flight.over) {
                // LOST or TIMED_OUT: there is no other end for an attempt that nobody has ended.
                over(flight, Event.valueOf(flight.attempt.outcome().name()));
            }
            syns += flight.transmissions;
            discarded += flight.answered && flight != winner ? 1 : 0;
        }
        simulation.outcomes.add(new Outcome(
                call,
                now() - call.nanos(),
                winner != null,
                flights.get(0).server.number(),
                winner == null ? -1 : winner.server.number(),
                flights.size(),
                syns,
                discarded,
                simulation.oracleNanos(call)));
    }

    private void over(Flight flight, Event how) {
        flight.over = true;
        client.extraAttemptsLeft += flight.holdsPermit ? 1 : 0;
        tell(how, flight);
    }

    private void tell(Event event, Flight flight) {
        simulation.observer.on(event, now(), call, flight.server);
    }

    private long now() {
        return simulation.queue.nowNanos();
    }

    /** What the client's clock shows. */
    private long clock() {
        return simulation.clockNanos();
    }
}
