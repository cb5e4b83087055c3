package dev.connie.examples;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The waterfall of a race, coloured. */
final class Waterfall {
    private static final int WIDTH = 80;

    private Waterfall() {}

    /** Returns what {@link RaceReport#toString} draws, each line in the colour of what became of its attempt. */
    static String of(RaceReport report, Colours colours) {
        List<String> lines = report.toString().lines().toList();
        StringBuilder picture = new StringBuilder(colours.bold(wrapped(lines.get(0))));
        for (int i = 1; i < lines.size(); i++) {
            // The columns' names come first, then a line for each attempt, then one for each address that was not
            // tried.
            int attempt = i - 2;
            String line = attempt >= 0 && attempt < report.attempts().size()
                    ? coloured(lines.get(i), report.attempts().get(attempt), colours)
                    : colours.dim(lines.get(i));
            picture.append('\n').append(line);
        }
        return picture.toString();
    }

    /** Breaks a line that is too long for a terminal after its last comma that is not. */
    private static String wrapped(String line) {
        int comma = line.lastIndexOf(", ", WIDTH - 1);
        return line.length() <= WIDTH || comma < 0
                ? line
                : line.substring(0, comma + 1) + "\n  " + line.substring(comma + 2);
    }

    private static String coloured(String line, AttemptReport attempt, Colours colours) {
        return switch (attempt.outcome()) {
            case WON -> colours.green(line);
            case FAILED, NOT_SENT, TIMED_OUT, MUTE -> colours.red(line);
            case LOST, ABANDONED, RUNNING -> colours.dim(line);
        };
    }

    /** Returns an address as the waterfall writes it, without the port. */
    static String written(InetAddress address) {
        String destination = RaceReport.destination(new InetSocketAddress(address, 0));
        return destination.substring(0, destination.length() - ":0".length());
    }
}
