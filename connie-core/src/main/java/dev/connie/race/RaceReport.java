package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What happened in a race. {@link #toString} draws it as a waterfall, one line an attempt.
 *
 * @param attempts the attempts, in the order of their starts
 * @param notStarted the addresses whose turn did not come
 * @param duration how long the race ran; so far, if it is still running
 * @param timedOut whether it ran out of time: attempts were unanswered at the deadline, or addresses still had to wait
 */
public record RaceReport(
        List<AttemptReport> attempts, List<InetSocketAddress> notStarted, Duration duration, boolean timedOut) {
    // With most IPv4 addresses a line fits into 80 columns.
    private static final int BAR_WIDTH = 16;

    /** Copies the lists. */
    public RaceReport {
        attempts = List.copyOf(attempts);
        notStarted = List.copyOf(notStarted);
    }

    /** Returns the attempt that won, if one did. */
    public Optional<AttemptReport> winner() {
        return attempts.stream()
                .filter(attempt -> attempt.outcome() == Outcome.WON)
                .findFirst();
    }

    /** Returns an address and port as in a URL: {@code 192.0.2.1:443} or {@code [2001:db8::1]:443}. */
    public static String destination(InetSocketAddress address) {
        return Addresses.format(address);
    }

    /** Returns each attempt's address and failure in one line, and the addresses that were not tried. */
    public String failures() {
        StringBuilder line = new StringBuilder();
        for (AttemptReport attempt : attempts) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(Addresses.format(attempt.address()))
                    .append(": ")
                    .append(attempt.error() == null ? words(attempt.outcome()) : words(attempt.error()));
        }
        for (InetSocketAddress address : notStarted) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(Addresses.format(address))
                    .append(": not tried");
        }
        return line.toString();
    }

    /** Draws the race: a head line, then for each attempt its start, duration, outcome and a bar on a common scale. */
    @Override
    public String toString() {
        StringBuilder picture = new StringBuilder(headLine());
        int width = attempts.stream()
                .mapToInt(attempt -> Addresses.format(attempt.address()).length())
                .max()
                .orElse(0);
        for (AttemptReport attempt : attempts) {
            picture.append(String.format(
                    Locale.ROOT,
                    "%n  %-" + width + "s %9s %+7.1f ms |%s| %s",
                    Addresses.format(attempt.address()),
                    millis(attempt.start()),
                    toMillis(attempt.end().minus(attempt.start())),
                    bar(attempt),
                    attempt.error() == null ? words(attempt.outcome()) : words(attempt.error())));
        }
        for (InetSocketAddress address : notStarted) {
            picture.append(String.format("%n  %-" + Math.max(1, width) + "s  not tried", Addresses.format(address)));
        }
        return picture.toString();
    }

    private String headLine() {
        int addresses = attempts.size() + notStarted.size();
        String tried = attempts.size() + " of " + addresses + (addresses == 1 ? " address" : " addresses") + " tried";
        return winner().map(won -> "connected to " + Addresses.format(won.address()) + " in " + millis(won.end()))
                        .orElse("no connection after " + millis(duration))
                + ", " + tried;
    }

    /** The time of the race from left to right; an attempt fills the part in which it ran. */
    private String bar(AttemptReport attempt) {
        double whole = Math.max(1, duration.toNanos());
        int from = (int) Math.min(BAR_WIDTH - 1, attempt.start().toNanos() / whole * BAR_WIDTH);
        int to = (int) Math.min(BAR_WIDTH, Math.round(attempt.end().toNanos() / whole * BAR_WIDTH));
        to = Math.max(to, from + 1);
        String fill = attempt.outcome() == Outcome.WON ? "#" : attempt.error() == null ? "=" : "-";
        return " ".repeat(from) + fill.repeat(to - from) + " ".repeat(BAR_WIDTH - to);
    }

    private static String words(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case RUNNING -> "still connecting";
            case WON -> "won";
            case LOST -> "closed, another won";
            case FAILED, NOT_SENT -> "failed";
            case TIMED_OUT -> "Connect timed out";
            case ABANDONED -> "abandoned";
        };
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f ms", toMillis(duration));
    }

    private static double toMillis(Duration duration) {
        return duration.toNanos() / 1e6;
    }
}
