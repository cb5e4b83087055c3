package dev.connie.examples;

import dev.connie.ConnectRaceException;
import dev.connie.ConnectRaceTimeoutException;
import dev.connie.Connector;
import dev.connie.HostResolver;
import dev.connie.RaceListener;
import dev.connie.race.RacePolicy;
import dev.connie.race.RaceReport;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Shows races on the terminal. Without arguments it lets stock HTTP clients and the same clients with Connie fetch a page
 * from a host most of whose addresses are broken, on a network of its own; with arguments it races to real hosts.
 */
public final class RaceDemo {
    private static final int EXIT_ALL_CONNECTED = 0;
    private static final int EXIT_NOT_ALL_CONNECTED = 1;
    private static final int EXIT_WRONG_ARGUMENTS = 2;

    private static final Duration DEMONSTRATION_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration RACE_TIMEOUT = Duration.ofSeconds(5);

    private final PrintStream out;
    private final PrintStream err;
    private final Colours colours;

    private RaceDemo(PrintStream out, PrintStream err, Colours colours) {
        this.out = out;
        this.err = err;
        this.colours = colours;
    }

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(args, System.out, System.err, Colours.ofThisTerminal()));
    }

    /** Does what the arguments say and returns the exit code. */
    static int run(String[] args, PrintStream out, PrintStream err, Colours colours) throws InterruptedException {
        return new RaceDemo(out, err, colours).run(args);
    }

    private int run(String[] args) throws InterruptedException {
        Arguments arguments;
        try {
            arguments = Arguments.parse(args);
        } catch (IllegalArgumentException e) {
            complain(String.valueOf(e.getMessage()));
            return EXIT_WRONG_ARGUMENTS;
        }
        if (arguments.help()) {
            out.print(Arguments.HELP);
            return EXIT_ALL_CONNECTED;
        }
        if (arguments.targets().isEmpty()) {
            Duration timeout = arguments.timeout() == null ? DEMONSTRATION_TIMEOUT : arguments.timeout();
            return demonstrate(arguments.policy(), timeout);
        }
        int exitCode = EXIT_ALL_CONNECTED;
        for (Arguments.Target target : arguments.targets()) {
            Duration timeout = arguments.timeout() == null ? RACE_TIMEOUT : arguments.timeout();
            if (!race(target, arguments.policy(), timeout)) {
                exitCode = EXIT_NOT_ALL_CONNECTED;
            }
        }
        return exitCode;
    }

    private int demonstrate(RacePolicy policy, Duration timeout) throws InterruptedException {
        try {
            new Demonstration(out, colours, policy, timeout).run();
            return EXIT_ALL_CONNECTED;
        } catch (IOException e) {
            complain("cannot set up the demonstration's network: " + e.getMessage()
                    + "; name a host to race instead, see --help");
            return EXIT_NOT_ALL_CONNECTED;
        }
    }

    private boolean race(Arguments.Target target, RacePolicy policy, Duration timeout) {
        // Asked twice, by us and by the connector; what is shown is what is raced.
        HostResolver resolver = HostResolver.SYSTEM.caching(Duration.ofMinutes(1));
        Connector connector = Connector.builder()
                .policy(policy)
                .resolver(resolver)
                .listener(new RaceListener() {
                    @Override
                    public void raceFinished(RaceReport report) {
                        out.println(Waterfall.of(report, colours));
                    }
                })
                .build();
        try {
            out.println();
            introduce(target, resolver.resolve(target.host()));
            try (SocketChannel channel = connector.connect(target.host(), target.port(), timeout)) {
                return channel.isConnected();
            }
        } catch (UnknownHostException e) {
            complain("unknown host " + target.host());
        } catch (ConnectRaceTimeoutException e) {
            complain("no answer from " + target + " in " + timeout.toMillis() + " ms");
        } catch (ConnectRaceException e) {
            complain("could not connect to " + target);
        } catch (IOException e) {
            complain(target + ": " + e.getMessage());
        }
        return false;
    }

    private void introduce(Arguments.Target target, List<InetAddress> addresses) {
        String list = addresses.stream().map(Waterfall::written).collect(Collectors.joining(", "));
        out.println(target.host() + " has " + addresses.size() + (addresses.size() == 1 ? " address: " : " addresses: ")
                + list);
    }

    /** One line on the error stream, after all that has been printed so far. */
    private void complain(String message) {
        out.flush();
        err.println("RaceDemo: " + message);
        err.flush();
    }
}
