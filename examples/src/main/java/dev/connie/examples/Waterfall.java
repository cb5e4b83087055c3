package dev.connie.examples;

import dev.connie.race.AttemptReport;
import dev.connie.race.RaceReport;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/** The waterfall of a race, coloured. */
final class Waterfall {
    private Waterfall() {}

    /** Returns what {@link RaceReport#toString} draws, each line in the colour of what became of its attempt. */
    static String of(RaceReport report, Colours colours) {
        List<String> lines = report.toString().lines().toList();
        StringBuilder picture = new StringBuilder(colours.bold(lines.get(0)));
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
