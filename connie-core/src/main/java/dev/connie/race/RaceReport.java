package dev.connie.race;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * What happened in a race. {@link #toString} draws it as a waterfall, one line for each address.
 *
 * @param attempts the attempts, in the order of their starts
 * @param notStarted the addresses to which no attempt has started
 * @param duration how long the race ran; so far, if it is still running
 * @param timedOut whether it ran out of time: attempts were unanswered at the deadline, or addresses still had to wait
 */
public record RaceReport(
        List<AttemptReport> attempts, List<InetSocketAddress> notStarted, Duration duration, boolean timedOut) {
    // With IPv4 addresses a line fits into 80 columns.
    private static final int BAR_WIDTH = 16;
    private static final String NOT_TRIED = "not tried";

    /** Copies the lists. */
    public RaceReport {
        attempts = List.copyOf(attempts);
        notStarted = List.copyOf(notStarted);
    }

    /** Returns the attempt that won, if one did: in the report of an {@link Opening}, the one that is the connection. */
    public Optional<AttemptReport> winner() {
        return attempts.stream()
                .filter(attempt -> attempt.outcome() == Outcome.WON)
                .findFirst();
    }

    /**
     * Returns what became of the race as a whole, once it is over: {@link Outcome#WON}, {@link Outcome#TIMED_OUT}, {@link
     * Outcome#ABANDONED} if it was called off, {@link Outcome#MUTE} if that was because no server answered, or {@link
     * Outcome#FAILED} if every address failed.
     */
    public Outcome outcome() {
        if (winner().isPresent()) {
            return Outcome.WON;
        }
        if (timedOut) {
            return Outcome.TIMED_OUT;
        }
        if (attempts.stream().anyMatch(attempt -> attempt.outcome() == Outcome.MUTE)) {
            return Outcome.MUTE;
        }
        boolean calledOff =
                !notStarted.isEmpty() || attempts.stream().anyMatch(attempt -> attempt.outcome() == Outcome.ABANDONED);
        return calledOff ? Outcome.ABANDONED : Outcome.FAILED;
    }

    /** Returns the place of the winning attempt among the attempts, the first being 0; empty if nobody won. */
    public OptionalInt winnerIndex() {
        for (int i = 0; i < attempts.size(); i++) {
            if (attempts.get(i).outcome() == Outcome.WON) {
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    /** Returns how many attempts were started on the network: all but those that failed on this machine. */
    public int attemptsStarted() {
        return (int) attempts.stream()
                .filter(attempt -> attempt.outcome() != Outcome.NOT_SENT)
                .count();
    }

    /**
     * Returns when the first byte of the connection's answer came, since the start of the race; empty if that is not known:
     * only an {@link Opening} waits for it.
     */
    public Optional<Duration> timeToFirstByte() {
        return winner().map(AttemptReport::answered);
    }

    /** Returns how many servers were sent the ClientHello in an {@link Opening}. One of them was needed. */
    public int hellosSent() {
        return (int)
                attempts.stream().filter(attempt -> attempt.asked() != null).count();
    }

    /**
     * Returns how many losers are known to have been established when they were closed: connections that servers
     * accepted for nothing. This is a lower bound: a loser whose handshake was completed in the moment of the win, or
     * later, is not seen, and not every driver looks.
     */
    public int attemptsDiscarded() {
        return (int) attempts.stream()
                .filter(attempt -> attempt.outcome() == Outcome.LOST && attempt.established())
                .count();
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
                    .append(result(attempt));
        }
        for (InetSocketAddress address : notStarted) {
            line.append(line.isEmpty() ? "" : ", ")
                    .append(Addresses.format(address))
                    .append(": ")
                    .append(NOT_TRIED);
        }
        return line.toString();
    }

    /**
     * Draws the race: its outcome, then a table of when each attempt started, how long it took and what became of it,
     * with a bar on a time axis. The winner's bar is of {@code #}, a failure's of {@code -}, others' of {@code =}; dots
     * stand for the time in which it had been asked and its server's answer was waited for.
     */
    @Override
    public String toString() {
        List<Row> rows = new ArrayList<>();
        rows.add(new Row("address", "start ms", "took ms", axis(), "result"));
        for (AttemptReport attempt : attempts) {
            rows.add(new Row(
                    Addresses.format(attempt.address()),
                    millis(attempt.start()),
                    millis(attempt.end().minus(attempt.start())),
                    "|" + bar(attempt) + "|",
                    result(attempt)));
        }
        for (InetSocketAddress address : notStarted) {
            rows.add(new Row(Addresses.format(address), "-", "-", "|" + " ".repeat(BAR_WIDTH) + "|", NOT_TRIED));
        }
        int addressWidth = width(rows, Row::address);
        int startWidth = width(rows, Row::start);
        int tookWidth = width(rows, Row::took);
        StringBuilder picture = new StringBuilder(headLine());
        for (Row row : rows) {
            picture.append("\n  ")
                    .append(padRight(row.address, addressWidth))
                    .append("  ")
                    .append(padLeft(row.start, startWidth))
                    .append("  ")
                    .append(padLeft(row.took, tookWidth))
                    .append("  ")
                    .append(row.bar)
                    .append("  ")
                    .append(row.result);
        }
        return picture.toString();
    }

    private record Row(String address, String start, String took, String bar, String result) {}

    private static int width(List<Row> rows, Function<Row, String> column) {
        return rows.stream().map(column).mapToInt(String::length).max().orElse(0);
    }

    private static String padLeft(String text, int width) {
        return " ".repeat(Math.max(0, width - text.length())) + text;
    }

    private static String padRight(String text, int width) {
        return text + " ".repeat(width - text.length());
    }

    private String headLine() {
        int addresses = attempts.size() + notStarted.size();
        String how = winner().map(won -> "connected to " + Addresses.format(won.address()) + " in " + millis(won.end()))
                .orElse((timedOut ? "timed out" : "no connection") + " after " + millis(duration));
        String answer = timeToFirstByte()
                .map(time -> " ms, answered after " + millis(time))
                .orElse("");
        return how + answer + " ms, " + attempts.size() + " of " + addresses
                + (addresses == 1 ? " address" : " addresses") + " tried"
                + (hellosSent() > 0 ? ", " + hellosSent() + " asked" : "");
    }

    /** Returns the times at the two ends of the bars. */
    private String axis() {
        String start = "0 ms";
        return start + padLeft(" " + millis(duration) + " ms", BAR_WIDTH + 2 - start.length());
    }

    /** Returns a bar that is the time of the race; an attempt fills the part in which it ran, one cell at least. */
    private String bar(AttemptReport attempt) {
        int from = Math.min(BAR_WIDTH - 1, cell(attempt.start()));
        int to = Math.max(from + 1, cell(attempt.end()));
        String fill = attempt.outcome() == Outcome.WON ? "#" : attempt.error() == null ? "=" : "-";
        StringBuilder bar = new StringBuilder(" ".repeat(from) + fill.repeat(to - from) + " ".repeat(BAR_WIDTH - to));
        Duration asked = attempt.asked();
        if (asked != null) {
            // A failure ends with its own sign.
            int until = attempt.error() == null ? cell(answered(attempt)) : to - 1;
            for (int each = Math.min(cell(asked), BAR_WIDTH - 1); each < until; each++) {
                bar.setCharAt(each, '.');
            }
        }
        return bar.toString();
    }

    private static Duration answered(AttemptReport attempt) {
        Duration answered = attempt.answered();
        return answered == null ? attempt.end() : answered;
    }

    private int cell(Duration time) {
        double part = time.toNanos() / (double) Math.max(1, duration.toNanos());
        return (int) Math.min(BAR_WIDTH, Math.round(part * BAR_WIDTH));
    }

    private static String result(AttemptReport attempt) {
        if (attempt.error() != null) {
            return words(attempt.error());
        }
        return attempt.outcome() == Outcome.WON && attempt.answered() != null ? "answered" : words(attempt.outcome());
    }

    private static String words(Throwable error) {
        return error.getMessage() == null ? error.getClass().getSimpleName() : error.getMessage();
    }

    private static String words(Outcome outcome) {
        return switch (outcome) {
            case RUNNING -> "still connecting";
            case WON -> "connected";
            case LOST -> "closed, another won";
            case FAILED, NOT_SENT -> "failed";
            case TIMED_OUT -> "Connect timed out";
            case ABANDONED -> "abandoned";
            case MUTE -> "no answer";
        };
    }

    private static String millis(Duration duration) {
        return String.format(Locale.ROOT, "%.1f", duration.toNanos() / 1e6);
    }
}
