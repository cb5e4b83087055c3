package dev.connie.examples;

import dev.connie.race.RacePolicy;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the user asked {@link RaceDemo} for.
 *
 * @param targets what to race to; nothing means the demonstration's own network
 * @param policy when attempts start
 * @param timeout how long a connect may take; null means as the program sees fit
 * @param help true to explain the program and do nothing else
 */
record Arguments(
        List<Target> targets, RacePolicy policy, @Nullable Duration timeout, boolean help) {
    static final String HELP = """
            Races TCP connects to all addresses of a host; the first handshake wins.

            usage: RaceDemo [options] [host:port | URL]...

              (nothing)              race stock HTTP clients against Connie, on a network
                                     of loopback addresses most of which are broken
              host:port              race the addresses of this host; also [::1]:8080
              http://... https://... race the addresses of this URL's host

              --policy all           start all addresses at once (the default)
              --policy rfc8305       start one every 250 ms, sooner after a failure
              --timeout 5s           give up after this long; also 500ms
              --help                 print this text

            exit code: 0 all connected, 1 not all, 2 wrong arguments
            """;

    private static final Pattern HOST_AND_PORT = Pattern.compile("(\\[[\\w:.%]+]|[^\\s:\\[\\]/]+):(\\d+)");
    private static final Pattern TIMEOUT = Pattern.compile("(\\d{1,6})(ms|s)");

    /** A host, without the brackets of a literal, and a port. */
    record Target(String host, int port) {
        @Override
        public String toString() {
            return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException if it makes no sense; the message is for the user
     */
    static Arguments parse(String... args) {
        List<Target> targets = new ArrayList<>();
        RacePolicy policy = RacePolicy.allAtOnce();
        Duration timeout = null;
        boolean help = false;
        Iterator<String> words = Arrays.asList(args).iterator();
        while (words.hasNext()) {
            String word = words.next();
            int equals = word.indexOf('=');
            boolean joined = word.startsWith("--") && equals > 0;
            String option = joined ? word.substring(0, equals) : word;
            switch (option) {
                case "--help", "-h" -> help = true;
                case "--policy" -> policy = policy(joined ? word.substring(equals + 1) : next(option, words));
                case "--timeout" -> timeout = timeout(joined ? word.substring(equals + 1) : next(option, words));
                default -> {
                    if (option.startsWith("-")) {
                        throw new IllegalArgumentException("unknown option " + option + "; --help lists them");
                    }
                    targets.add(target(word));
                }
            }
        }
        return new Arguments(List.copyOf(targets), policy, timeout, help);
    }

    private static String next(String option, Iterator<String> words) {
        if (!words.hasNext()) {
            throw new IllegalArgumentException(option + " needs a value");
        }
        return words.next();
    }

    private static RacePolicy policy(String name) {
        return switch (name) {
            case "all" -> RacePolicy.allAtOnce();
            case "rfc8305" -> RacePolicy.rfc8305();
            default -> throw new IllegalArgumentException("unknown policy '" + name + "': it is all or rfc8305");
        };
    }

    private static Duration timeout(String text) {
        Matcher matcher = TIMEOUT.matcher(text);
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            Duration timeout = matcher.group(2).equals("s") ? Duration.ofSeconds(amount) : Duration.ofMillis(amount);
            if (!timeout.isZero()) {
                return timeout;
            }
        }
        throw new IllegalArgumentException("timeout '" + text + "' is not like 5s or 500ms");
    }

    private static Target target(String text) {
        return text.contains("://") ? url(text) : hostAndPort(text);
    }

    private static Target url(String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("'" + text + "' is not a URL");
        }
        String scheme = String.valueOf(url.getScheme()).toLowerCase(Locale.ROOT);
        int defaultPort = switch (scheme) {
            case "http" -> 80;
            case "https" -> 443;
            default -> throw new IllegalArgumentException("'" + text + "' is neither http nor https");
        };
        if (url.getHost() == null) {
            throw new IllegalArgumentException("'" + text + "' names no host");
        }
        return target(url.getHost(), url.getPort() == -1 ? defaultPort : url.getPort(), text);
    }

    private static Target hostAndPort(String text) {
        Matcher matcher = HOST_AND_PORT.matcher(text);
        if (matcher.matches()) {
            String digits = matcher.group(2);
            return target(matcher.group(1), digits.length() > 5 ? Integer.MAX_VALUE : Integer.parseInt(digits), text);
        }
        if (text.indexOf(':') != text.lastIndexOf(':') && !text.startsWith("[")) {
            throw new IllegalArgumentException("'" + text + "' is not host:port; IPv6 is written [::1]:443");
        }
        throw new IllegalArgumentException("'" + text + "' is not host:port, such as example.com:443");
    }

    private static Target target(String host, int port, String text) {
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("the port in '" + text + "' is not in 1 to 65535");
        }
        return new Target(host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }
}
