package dev.connie.race;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One connection attempt of a race.
 *
 * @param address the address that was tried
 * @param start when it started, since the start of the race
 * @param end when it ended, since the start of the race; the time of the report while it is running
 * @param outcome what became of it
 * @param error why it failed; null unless the outcome is a failure or a timeout
 */
public record AttemptReport(
        InetSocketAddress address,
        Duration start,
        Duration end,
        Outcome outcome,
        @Nullable IOException error) {}
